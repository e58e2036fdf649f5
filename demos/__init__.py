"""The library at work: each demo prints what a lecture prints and draws what it draws."""
