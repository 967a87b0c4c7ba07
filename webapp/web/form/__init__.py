"""The form: its fields, and what makes an answer acceptable."""
