"""A running server needs none of the files it started with."""

import shutil
from pathlib import Path
from urllib.parse import urljoin

from tests.server.web_server import serving
from tests.support.pages import check_page
from tests.support.processes import PROJECT


def test_a_running_server_survives_the_removal_of_its_files(migrated: Path, tmp_path: Path) -> None:
    project, temporary, folder = (tmp_path / name for name in ("project", "temporary", "folder"))
    for name in ("webapp", "templates", "static"):
        shutil.copytree(PROJECT / name, project / name)
    config = shutil.copy(PROJECT / "gunicorn.conf.py", project)
    temporary.mkdir()
    folder.mkdir()
    with serving(
        folder, migrated, config=Path(config), TMPDIR=str(temporary), PYTHONPATH=f"{project}:{PROJECT}"
    ) as server:
        shutil.rmtree(temporary)
        shutil.rmtree(project / "templates")
        shutil.rmtree(project / "static")
        visitor = server.visitor
        page = check_page(visitor.get("/f/weddings").text)
        files = [str(link.attrs["href"]) for link in page.all("link[rel=stylesheet], link[rel=icon]")]
        files += [str(script.attrs["src"]) for script in page.all("script")]
        assert len(files) == 3
        for address in files:
            assert visitor.get(urljoin("/f/weddings", address)).ok, address
        assert visitor.enquire()
        assert visitor.get("/nowhere").status_code == 404
        head = "POST /f/weddings HTTP/1.1\r\nHost: localhost\r\n"
        head += "Content-Type: multipart/form-data; boundary=b\r\n"
        part = '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
        body = part + "x" * 50_000 + "\r\n--b--\r\n"
        answer = server.ask(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        assert answer.startswith(b"HTTP/1.1 422 ")
