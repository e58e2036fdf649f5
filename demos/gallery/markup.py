"""The text and the code of a script's cells as HTML. Whatever is not known as markup is text, and escaped."""

import keyword
import re
from collections.abc import Iterator
from html import escape

#: What is told apart in code: comments, strings, numbers, and words for the keywords among them.
TOKENS = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>(?<!\w)[rbfuRBFU]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>(?<!\w)\d(?:[\w.]|(?<=e)[-+])*)
    |(?P<word>[^\W\d]\w*)""",
    re.VERBOSE | re.DOTALL,
)
HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|(\d+)[.)])\s+(.*)")
#: A tag, which is left as it is; or what stays on one line.
GLUED = re.compile(r"<[^>]*>|[^\s<>()]{0,12}\([^<>()\n]{1,16}\)|\b\d{1,4}(?:-\d{1,4}){1,5}\b")
#: Addresses that a link may have; others stay text.
ADDRESS = re.compile(r"https?://|[\w./-]+(?:#[\w-]*)?$")


def code(source: str) -> str:
    """Python with its comments, strings, numbers and keywords in spans of those classes."""
    parts, end = [], 0
    for found in TOKENS.finditer(source):
        kind = found.lastgroup
        if kind == "word":
            kind = "keyword" if keyword.iskeyword(found[0]) else None
        if kind:
            parts += [escape(source[end : found.start()]), f'<span class="{kind}">{escape(found[0])}</span>']
            end = found.end()
    return "".join([*parts, escape(source[end:])])


def text(markdown: str) -> str:
    """Headings, paragraphs, lists, tables and code of a text cell. Headings begin at the second level."""
    return "\n".join(block(lines) for lines in blocks(markdown))


def blocks(markdown: str) -> Iterator[list[str]]:
    """The lines of each block: what empty lines part, headings by themselves, and what is fenced in one."""
    found: list[str] = []
    fenced = False
    for line in [*markdown.splitlines(), ""]:
        fence = line.startswith("```")
        if fenced:
            found.append(line)
            if fence:
                yield found
                found, fenced = [], False
        elif fence or HEADING.match(line) or not line.strip() or begins_list(found, line):
            if found:
                yield found
            found, fenced = [line] if line.strip() else [], fence
        elif found and HEADING.match(found[0]):
            yield found
            found = [line]
        else:
            found.append(line)
    if found:
        yield found


def begins_list(before: list[str], line: str) -> bool:
    """Whether a list begins at a line that follows on a paragraph."""
    return bool(before and ITEM.match(line) and not ITEM.match(before[0]) and not before[0].startswith("    "))


def block(lines: list[str]) -> str:
    heading, item = HEADING.match(lines[0]), ITEM.match(lines[0])
    if lines[0].startswith("```"):
        return f"<pre><code>{code(chr(10).join(lines[1:]).removesuffix('```').rstrip())}</code></pre>"
    if heading:
        level = max(2, len(heading[1]))
        return f"<h{level}>{inline(heading[2])}</h{level}>"
    if all(line.startswith("    ") for line in lines):
        return f"<pre><code>{code(chr(10).join(line[4:] for line in lines))}</code></pre>"
    if item:
        return items(lines, "ol" if item[1] else "ul")
    if len(lines) > 1 and all(line.startswith("|") for line in lines):
        return grid(lines)
    return f"<p>{inline(chr(10).join(lines))}</p>"


def items(lines: list[str], tag: str) -> str:
    """A list; lines that begin no item go on with the one before."""
    texts: list[str] = []
    for line in lines:
        item = ITEM.match(line)
        if item:
            texts.append(item[2])
        else:
            texts[-1] += "\n" + line.strip()
    return "\n".join([f"<{tag}>", *(f"<li>{inline(words)}</li>" for words in texts), f"</{tag}>"])


def grid(lines: list[str]) -> str:
    """A table whose second line, of dashes, parts the head from the rows."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = len(rows) > 1 and all(re.fullmatch(r":?-+:?", cell) for cell in rows[1])
    kinds = ["th" if head and i == 0 else "td" for i in range(len(rows))]
    body = "".join(
        f"<tr>{''.join(f'<{kind}>{inline(cell)}</{kind}>' for cell in row)}</tr>"
        for i, (kind, row) in enumerate(zip(kinds, rows, strict=True))
        if not (head and i == 1)
    )
    return f'<div class="scrolls" tabindex="0" role="group" aria-label="Table, scrolls"><table>{body}</table></div>'


def inline(words: str) -> str:
    """Code in back quotes, **strong**, *emphasis* and [links](address) within a line."""
    parts = re.split(r"(`[^`]+`)", words)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if i % 2 else emphasis(escape(part)) for i, part in enumerate(parts)
    )


def emphasis(escaped: str) -> str:
    """A star that stands by itself is a product and stays one."""
    escaped = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", escaped, flags=re.DOTALL)
    escaped = re.sub(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])", r"<em>\1</em>", escaped)
    return glue(re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, escaped))


def glue(escaped: str) -> str:
    """Keep what is in short brackets on one line with what stands before them, and sizes such as 6-4-3-1."""

    def kept(found: re.Match[str]) -> str:
        return f'<span class="kept">{found[0]}</span>' if found[0][0] != "<" else found[0]

    return GLUED.sub(kept, escaped)


def link(found: re.Match[str]) -> str:
    return f'<a href="{found[2]}">{found[1]}</a>' if ADDRESS.match(found[2]) else found[0]


def plain(words: str) -> str:
    """Words without the marks of `inline`, as text that is not escaped."""
    words = re.sub(r"`([^`]+)`|\[([^\]]+)\]\([^)\s]+\)", lambda m: m[1] or m[2], words)
    return re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"\1", words)


def first_sentence(markdown: str) -> str:
    """The first sentence of the first paragraph below the title, as plain text."""
    for lines in blocks(markdown):
        if not HEADING.match(lines[0]):
            words = " ".join(plain(" ".join(lines)).split())
            return re.split(r"(?<=[.!?])\s+(?=[^\W\d_a-z])", words, maxsplit=1)[0]
    return ""
