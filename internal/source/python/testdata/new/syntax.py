# Syntax of Python 3.12 to 3.14, for the comparison with its own parser.
import a.b as c
from . import d

# Type parameters (3.12), with defaults (3.13).
type A = int | None
type B[T: (int, str), *Ts = *tuple[int, ...], **P = [int]] = dict[T, f(P)]
def first[T: int = bool](a: T, *b: *Ts, c: "T" = g(1)) -> list[T]: return a
async def second[**P](f: Callable[P, int]) -> None:
    await f(*a, **b)
class Box[T](Base[T], metaclass=meta(1)):
    type Inner[U] = list[U]
    def get[V](self, v: V) -> T: ...
type = 1; type.x; type(type); type[a] = b
type C \
    = int
type (a)
match = type = case = _ = 1

# Strings in strings, and all that may stand in one (3.12).
x = f'{a['b']}' + f"{f"{f"{g(1)}"}"}"
x = f'{
    h(1)  # a comment, a quote: '
    , i
}'
x = f"{'\n'.join(j)} {"a" if k else "b"} {l!r:>{m(1)}.{n}} {o=} {p = !s} {q:%H:%M:{r}} {s:{'{'}>10}"
x = f'''{t
}''' f"{u:{v}{w:}}" f"{{{x}}}" f"{y!=z}" f"{(lambda a: a)(1)}" f"{(b := 1)}" f"{c:=1}" f"{d,}" f"{*e, f}" f"{ {'g': 1}['g'] }"
x = rf"\{a}\N{b}" f"\N{EN DASH}{c}\{d}" fR'{e:\d}' F"{f:{{g}}}" if 0 else f""
x = f"{a:{b:{c}}}" "plain" 'and' "more" rf'{d}'
def gen():
    yield f"{yield}" f"{(yield from a)}" f"{await_}"
async def agen():
    return f"{await a} {[b async for b in c]} {[await d for e in f]}"

# Templates (3.14).
x = t"a{b}c" t'{d!r:{e}}' rt"\{f}" Tr"{g=}"
x = t"{t"{h(1)}"}{f"{i(2)}"}"

# Handlers without brackets (3.14), and of groups (3.11).
try:
    a()
except A, B:
    b()
except C.d, e(1), F:
    c()
try:
    d()
except* G, H:
    e()
except* I as j:
    f()
finally:
    pass

# Starred indexes, with items in brackets, patterns.
x[*a, b:c, *d] = x[*e]
with (a(1) as b, c as d,): e()
with (a): b()
with (a, b): c()
with (a) as b, (c): d()
with (yield): pass
with (a for b in c) as d: e()
with a(1) as (b, c), d as [e, f.g], h as i[j]: k()
match a(1), *b:
    case 1 | -2.5 | 3 + 4j | "s" "t" | None | True: c(1)
    case [d, *e] | (f, *_) if g(1): pass
    case {"h": i, **j} | K(l, m=n(o)) as p: q()
    case r.s.t | (u as v): pass
    case _: pass
match (a, b): 
    case _: c()
match -a:
    case _: pass
match not a:
    case _: pass
match {**a}:
    case {}: pass
match [a]:
    case []: pass
match(a)
match[a:b]
match * a
match - a
match, = a
match: int = 1
lambda: (yield)
a if b else c if d else lambda: e if f else g
@(a := b)
@c[d].e(lambda: f)
def deco(): pass
@a
class Deco: pass
for a, *b[0], (c.d, e) in *f, g(1): pass
else: h()
assert (a, b), c
del (a), [b, c], d[e]
return_ = 1if a else 2or 3
a = b = yield_ = (yield)
i: list[int] = j; (k): int; l.m: int = 1, 2; n[o]: p
q @= r; s //= t; u **= yield_; v >>= w, x
nonlocal_ = not a in b is not c not in d < e <= f != g
def f(a, /, b=1, *, c, **d): global e, f; nonlocal_ = 1
def f(*, a): pass
def f(a=1, *b): pass
lambda a, /, b=1, *c, d, **e: a
lambda *, a=(b, c): {**a, 'b': c, **{d: e}}
{*a, *b}, {a}, {a: b for c in d if e if f for g in h}, {a for b in c}
[a for a in b if (lambda: c)() if d or e]
[a := 1, (b := 2), c(d := 3), e[f := 4]]
c(a for b in d), c(a, *b, *c, d=e, **f, g=h), c(*a or b, **c if d else e)
"\x41\u00e9\U0001F600\101\
\"" 'é', b'\xff', r'\'' R"\
" u'x'
été.naïve(ünï, fi=1) if 0 else ñ
0xFF_FF, 0o17, 0b1_0, 1_0.0_1e-1_0j, .5, 5., 5.e3, 0_0, 00
if a: b
elif c: d
elif e:
    f
else: g
while a: break
else: continue_
class A: x: int; y = 1
raise A from b
raise
import a, b.c, d as e; from ...f.g import (h as i, j,); from k import *
