r"""What a drawing in TikZ begins with: colours, styles, and the commands that its nodes use."""

from autograd_lite.draw.blank import ANSWER_FILL, QUESTION
from autograd_lite.draw.boxes import FILLS, OUTLINE
from autograd_lite.draw.legend import BOXES, MARKED
from autograd_lite.draw.markup import DERIVATIVE, FAINT, GRADIENT, INK, LINE, QUIET, VALUE

#: A document up to the letters that its words need.
HEAD = r"""% Compile with pdflatex or lualatex. In slides: \usepackage{standalone,tikz,amsmath},
% \usetikzlibrary{arrows.meta}, and \input{} of this file where the drawing shall stand.
\documentclass[tikz, border=6bp]{standalone}
\usepackage{iftex}
\ifpdftex\usepackage[T1]{fontenc}\fi
\usepackage{lmodern}
\usepackage{amsmath}
\usetikzlibrary{arrows.meta}
"""
#: Fills and outlines of the kinds of node.
KINDS: dict[str, tuple[str, str]] = {kind: BOXES[kind] for kind in BOXES} | {"marked": MARKED}
COLORS = {
    "ink": INK, "quiet": QUIET, "line": LINE, "faint": FAINT, "valuecolor": VALUE, "gradientcolor": GRADIENT,
    "derivativecolor": DERIVATIVE, "answerfill": ANSWER_FILL, "questionline": QUESTION,
    "groupline": OUTLINE, "groupfill": FILLS[0],
}  # fmt: skip
_BOXES = "".join(f"  {kind}/.style={{box, fill={kind}fill, draw={kind}line}},\n" for kind in KINDS)
STYLES = r"""
  x=1bp, y=1bp, >={Latex[length=5bp, width=4bp]}, text=ink,
  box/.style={draw, rounded corners=6bp, line width=0.6bp, align=center, inner sep=1bp,
    font=\fontsize{14}{16}\selectfont},
  size/.style 2 args={minimum width=#1bp, minimum height=#2bp},
  literal/.style={constant, rounded corners=4bp, text=quiet, font=\fontsize{11}{13}\selectfont},
  every label/.style={inner sep=1bp, label distance=1.5bp, font=\fontsize{11}{13}\selectfont\boldmath},
  entries/.style={font=\fontsize{9}{10}\selectfont\boldmath},
  value/.style={text=valuecolor}, gradient/.style={text=gradientcolor}, faint value/.style={text=quiet},
  flow/.style={draw=line, line width=1bp}, faint flow/.style={draw=faint, line width=1bp},
  derivative/.style={text=derivativecolor, inner sep=1.5bp, align=center, font=\fontsize{11}{13}\selectfont},
  contribution/.style={text=gradientcolor, inner sep=2.5bp, font=\fontsize{9}{11}\selectfont},
  title/.style={anchor=base west, inner sep=0bp, font=\bfseries\fontsize{15}{18}\selectfont},
  note/.style={anchor=base west, inner sep=0bp, font=\fontsize{10}{12}\selectfont},
  group/.style={draw=groupline, fill=groupfill, rounded corners=6bp, line width=0.6bp, inner sep=0bp},
  group title/.style={anchor=north west, inner sep=5bp, font=\bfseries\fontsize{10}{12}\selectfont},
  tag/.style={draw=faint, fill=white, rounded corners=3bp, text=quiet, inner sep=2bp,
    font=\fontsize{10}{12}\selectfont},
  key/.style={anchor=base west, rounded corners=4bp, inner sep=3bp, font=\strut\fontsize{9}{11}\selectfont},
""" + _BOXES.rstrip()
#: The turn of a node in the backward pass: a number in a circle.
TURN = r"""\def\turn#1{\tikz[baseline=(turn.base)]\node[draw=gradientcolor, text=gradientcolor, circle, anchor=base,
  inner sep=1bp, font=\fontsize{7}{8}\selectfont] (turn) {#1};}"""
#: A cell of a heat map in a colour, one with a mark in it, and all cells in their frame.
HEAT = r"""\def\heat#1{{\color[HTML]{#1}\rule{7bp}{7bp}}}
\def\heatmark#1{\hbox to 7bp{\hss\color{markedline}\tiny$#1$\hss}}
\def\heatmap#1{{\setlength\fboxsep{0bp}\setlength\fboxrule{0.4bp}%
  \fcolorbox{operationline}{white}{\vbox{\offinterlineskip#1}}}}"""
#: In an exercise an empty box of the room of an answer; in its key a box about one.
BLANKS = r"""\def\tofind#1#2{\tikz[baseline=-0.6ex]\node[draw=questionline, dashed, anchor=center, inner sep=0bp,
  minimum width=#1bp, minimum height=#2bp] {};}
\def\answer#1{\tikz[baseline=(answer.base)]\node[draw, fill=answerfill, anchor=base,
  inner sep=2bp, align=center] (answer) {#1};}"""


def colors() -> list[str]:
    """The colours of a drawing, by the names that its styles call them."""
    named = dict(COLORS)
    for kind, (fill, outline) in KINDS.items():
        named |= {f"{kind}fill": fill, f"{kind}line": outline}
    return [rf"\definecolor{{{name}}}{{HTML}}{{{code[1:].upper()}}}" for name, code in named.items()]
