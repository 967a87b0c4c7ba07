// Only adds: every page works the same without it.
"use strict";

(() => {
  const LONGEST_SENDING = 15_000; // ms after which a click may send again, should the first have been stopped
  const QUIET = 1_000; // ms without a key after which a screen reader is told how much room is left
  const NEAR = 0.75; // of the room that there is
  const KEPT = "leadform:";

  const form = document.getElementById("enquiry");
  const status = document.getElementById("status");

  function keepOneSending() {
    let sentAt = 0;
    form.addEventListener("submit", (event) => {
      if (sentAt && Date.now() - sentAt < LONGEST_SENDING) {
        event.preventDefault();
        return;
      }
      if (event.submitter?.name === "switch") return; // a change of language is no sending
      sentAt = Date.now();
      status.textContent = form.dataset.sending;
    });
    // Coming back by the browser's history, the page may be as it was left.
    addEventListener("pageshow", () => {
      sentAt = 0;
      status.textContent = "";
    });
  }

  // The page may come back with another token, where the browser has had to ask for it anew. What is sent again
  // from the same place in the window's history is the same enquiry.
  function noteToken() {
    const { token } = form.elements;
    token.value = history.state?.sentWith ?? token.value;
    form.addEventListener("submit", () => {
      history.replaceState({ ...history.state, sentWith: token.value }, "");
    });
  }

  function typed() {
    return [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
  }

  function keepWhatIsTyped(storage) {
    const key = KEPT + location.pathname;
    const [arrival] = performance.getEntriesByType("navigation");
    const kept = JSON.parse(storage.getItem(key) ?? "null");
    if (kept && arrival?.type === "reload") {
      for (const field of typed()) {
        const values = kept[field.name] ?? [];
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (values.length) [field.value] = values;
      }
    } else if (arrival?.type !== "back_forward") {
      // Going back, the browser fills the fields in, but no more once the page is then reloaded.
      forget(storage);
    }
    if ("leadsElsewhere" in form.dataset) {
      // No page of ours comes after it that could forget.
      form.addEventListener("submit", () => forget(storage));
    }
    const keep = () => {
      const values = {};
      for (const field of typed()) {
        const isGiven = !["checkbox", "radio"].includes(field.type) || field.checked;
        if (isGiven) (values[field.name] ??= []).push(field.value);
      }
      storage.setItem(key, JSON.stringify(values));
    };
    form.addEventListener("input", keep);
    // The receipt has forgotten it; what the browser has brought back outlives a reload too.
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted || arrival?.type === "back_forward") keep();
    });
  }

  function forget(storage) {
    for (const key of Object.keys(storage)) if (key.startsWith(KEPT)) storage.removeItem(key);
  }

  function countCharacters(field) {
    const most = Number(field.dataset.most);
    const number = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" });
    const count = document.createElement("p");
    count.className = "count";
    count.hidden = true;
    field.after(count);
    let quiet;
    const tell = () => {
      const left = most - [...field.value].length;
      count.hidden = left > most * (1 - NEAR);
      count.classList.toggle("error", left < 0);
      const said = left < 0 ? form.dataset.over : form.dataset.left;
      count.textContent = said.replace("{number}", number.format(Math.abs(left)));
      clearTimeout(quiet);
      if (!count.hidden) quiet = setTimeout(() => { status.textContent = count.textContent; }, QUIET);
    };
    field.addEventListener("input", tell);
    tell();
  }

  function focusOnWhatIsWrong() {
    const isLost = document.activeElement === document.body; // else autofocus has done it
    if (isLost) document.querySelector(".summary, .notice")?.focus();
  }

  function storageOrNothing() {
    try {
      return sessionStorage;
    } catch {
      return null; // where storage is blocked, as it may be in a frame
    }
  }

  const storage = storageOrNothing();
  if (form) {
    keepOneSending();
    if ("notesToken" in form.dataset) noteToken();
    if (storage) keepWhatIsTyped(storage);
    form.querySelectorAll("textarea[data-most]").forEach(countCharacters);
    addEventListener("pageshow", () => requestAnimationFrame(focusOnWhatIsWrong));
  } else if (storage) {
    forget(storage);
  }
})();
