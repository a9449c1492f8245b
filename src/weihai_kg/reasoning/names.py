"""The rules of the specification by name, each with a sentence in plain words in zh and en.

The letters in braces stand for the classes (C, D), properties (P, Q) and individuals (A, B) of the
axiom; ``sentence`` fills them in, and without an axiom they read as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter

from rdflib.term import Node

from weihai_kg.reasoning.terms import Part

SPECIFICATION = (
    "https://www.w3.org/TR/owl2-profiles/"
    "#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule of OWL 2 Profiles, section 4.3: its table and what it says."""

    name: str
    table: int
    en: str
    zh: str

    @property
    def section(self) -> str:
        """Where the specification states the rule."""
        return f"OWL 2 Profiles, section 4.3, table {self.table}"

    def __str__(self) -> str:
        """The name, as the specification writes it."""
        return self.name


_EQUALITY = (
    ("eq-ref", "Everything is the same as itself.", "任何事物都与自身相同。"),
    ("eq-sym", "Two names for one thing are the same either way round.",
     "两个名称若指同一事物,反过来也成立。"),
    ("eq-trans", "What is the same as a thing is the same as whatever that thing is the same as.",
     "与同一事物相同的事物彼此相同。"),
    ("eq-rep-s", "What is said of a thing holds under its other name as well.",
     "对一事物的陈述,换用它的另一名称作主语仍然成立。"),
    ("eq-rep-p", "What is said with a property holds with its other name as well.",
     "用某属性作出的陈述,换用该属性的另一名称仍然成立。"),
    ("eq-rep-o", "What points to a thing points to it under its other name as well.",
     "指向一事物的陈述,换用它的另一名称作宾语仍然成立。"),
    ("eq-diff1", "Nothing is both the same as a thing and different from it.",
     "两个事物不能既相同又不同。"),
    ("eq-diff2", "{A} and {B} are declared all different (owl:members), so they are not the same.",
     "{A} 与 {B} 已声明互不相同(owl:members),因此不是同一事物。"),
    ("eq-diff3",
     "{A} and {B} are declared all different (owl:distinctMembers), so they are not the same.",
     "{A} 与 {B} 已声明互不相同(owl:distinctMembers),因此不是同一事物。"),
)  # fmt: skip
_PROPERTIES = (
    ("prp-dom", "Whatever has a value for {P} is a {C}.", "凡以 {P} 陈述的主语都属于 {C}。"),
    ("prp-rng", "Whatever is a value of {P} is a {C}.", "凡作为 {P} 之值的都属于 {C}。"),
    ("prp-fp", "{P} has one value at most, so two values of one thing are the same.",
     "{P} 至多有一个值,因此同一事物的两个值相同。"),
    ("prp-ifp", "A value of {P} belongs to one thing only, so two things that share it are one.",
     "{P} 的一个值只属于一个事物,因此共有该值的两个事物相同。"),
    ("prp-irp", "Nothing stands in {P} to itself.", "任何事物都不与自身有 {P} 关系。"),
    ("prp-symp", "{P} holds in both directions.", "{P} 是对称的:两个方向都成立。"),
    ("prp-asyp", "{P} never holds in both directions.", "{P} 是非对称的:不会两个方向都成立。"),
    ("prp-trp", "{P} is transitive: it carries on from one thing to the next.",
     "{P} 是传递的:由第一个到第二个、再到第三个,则第一个到第三个也成立。"),
    ("prp-spo1", "{P} is a kind of {Q}: what stands in {P} stands in {Q}.",
     "{P} 是 {Q} 的子属性:有 {P} 关系的也有 {Q} 关系。"),
    ("prp-spo2", "The chain {Ps} makes {Q}.", "属性链 {Ps} 推出 {Q}。"),
    ("prp-eqp1", "{P} and {Q} mean the same: what stands in {P} stands in {Q}.",
     "{P} 与 {Q} 等价:有 {P} 关系的也有 {Q} 关系。"),
    ("prp-eqp2", "{P} and {Q} mean the same: what stands in {Q} stands in {P}.",
     "{P} 与 {Q} 等价:有 {Q} 关系的也有 {P} 关系。"),
    ("prp-pdw", "{P} and {Q} never hold between the same two things.",
     "{P} 与 {Q} 互斥,不能同时存在于同样的两个事物之间。"),
    ("prp-adp", "{P} and {Q} are among properties that never hold between the same two things.",
     "{P} 与 {Q} 属于一组互斥属性,不能同时存在于同样的两个事物之间。"),
    ("prp-inv1", "{P} and {Q} are inverse: {P} one way is {Q} the other way.",
     "{P} 与 {Q} 互逆:正向的 {P} 即反向的 {Q}。"),
    ("prp-inv2", "{P} and {Q} are inverse: {Q} one way is {P} the other way.",
     "{P} 与 {Q} 互逆:正向的 {Q} 即反向的 {P}。"),
    ("prp-key", "Two members of {C} with the same values for {Ps} are one.",
     "{C} 的两个成员若 {Ps} 的值都相同,则是同一个。"),
    ("prp-npa1", "It is stated that {A} does not stand in {P} to {B}.",
     "已声明 {A} 与 {B} 没有 {P} 关系。"),
    ("prp-npa2", "It is stated that {A} does not have the value {B} for {P}.",
     "已声明 {A} 的 {P} 不是 {B}。"),
)  # fmt: skip
_CLASSES = (
    ("cls-nothing2", "Nothing is a member of the empty class.", "空类没有任何成员。"),
    ("cls-int1", "Whatever is a member of every one of {Cs} is a {D}.",
     "同时属于 {Cs} 的都属于 {D}。"),
    ("cls-int2", "Every {D} is a member of {C}, one of the classes that make it up.",
     "{D} 的成员都属于组成它的 {C}。"),
    ("cls-uni", "Every {C} is a {D}, for {D} takes in all of {C}.",
     "{D} 是包含 {C} 的并集:{C} 的成员都属于 {D}。"),
    ("cls-com", "Nothing is a member of both {C} and {D}, its complement.",
     "{C} 与 {D} 互补,没有共同成员。"),
    ("cls-svf1", "Whatever has a value for {P} that is a {C} is a {D}.",
     "{P} 的某个值属于 {C} 的,属于 {D}。"),
    ("cls-svf2", "Whatever has any value for {P} is a {D}.", "只要有 {P} 的值,就属于 {D}。"),
    ("cls-avf", "Every value that a {D} has for {P} is a {C}.",
     "{D} 的成员,其 {P} 的值都属于 {C}。"),
    ("cls-hv1", "Every {D} has the value {A} for {P}.", "{D} 的成员,其 {P} 的值都有 {A}。"),
    ("cls-hv2", "Whatever has the value {A} for {P} is a {D}.",
     "{P} 的值为 {A} 的,属于 {D}。"),
    ("cls-maxc1", "No {D} has a value for {P}.", "{D} 的成员没有 {P} 的值。"),
    ("cls-maxc2", "A {D} has one value for {P} at most, so two values are the same.",
     "{D} 的成员至多有一个 {P} 的值,因此两个值相同。"),
    ("cls-maxqc1", "No {D} has a value for {P} that is a {C}.",
     "{D} 的成员没有属于 {C} 的 {P} 值。"),
    ("cls-maxqc2", "No {D} has any value for {P}.", "{D} 的成员没有任何 {P} 值。"),
    ("cls-maxqc3", "A {D} has one value for {P} that is a {C} at most, so two are the same.",
     "{D} 的成员至多有一个属于 {C} 的 {P} 值,因此两个值相同。"),
    ("cls-maxqc4", "A {D} has one value of any kind for {P} at most, so two values are the same.",
     "{D} 的成员至多有一个 {P} 值,因此两个值相同。"),
    ("cls-oo", "{A} is listed as a member of {D}.", "{A} 被列为 {D} 的成员。"),
)  # fmt: skip
_CLASS_AXIOMS = (
    ("cax-sco", "Every {C} is a {D}.", "{C} 都是 {D}。"),
    ("cax-eqc1", "{C} and {D} have the same members: every {C} is a {D}.",
     "{C} 与 {D} 等价:{C} 都是 {D}。"),
    ("cax-eqc2", "{C} and {D} have the same members: every {D} is a {C}.",
     "{C} 与 {D} 等价:{D} 都是 {C}。"),
    ("cax-dw", "Nothing is both a {C} and a {D}.", "没有事物既属于 {C} 又属于 {D}。"),
    ("cax-adc", "{C} and {D} are among classes of which no two share a member.",
     "{C} 与 {D} 属于一组两两不相交的类,没有共同成员。"),
)  # fmt: skip
_DATATYPES = (
    ("dt-type2", "The value belongs to the datatype {C}.", "该值属于数据类型 {C}。"),
    ("dt-diff", "The two values are different.", "两个值不同。"),
    ("dt-not-type", "The value does not belong to the datatype {C}.", "该值不属于数据类型 {C}。"),
)  # fmt: skip
_SCHEMA = (
    ("scm-svf1", "Having some value for {P} that is a {C} is a case of having one that is a {D}, "
     "since every {C} is a {D}.", "{C} 都是 {D},因此 {P} 有属于 {C} 的值,即有属于 {D} 的值。"),
    ("scm-svf2", "Having some value for {P} that is a {C} is a case of having one for {Q}, "
     "since {P} is a kind of {Q}.",
     "{P} 是 {Q} 的子属性,因此 {P} 有属于 {C} 的值,{Q} 也有。"),
    ("scm-avf1", "If all values for {P} are of {C}, all are of {D}, since every {C} is a {D}.",
     "{C} 都是 {D},因此 {P} 的值都属于 {C},即都属于 {D}。"),
    ("scm-avf2", "If all values for {Q} are of {C}, so are all values for {P}, "
     "since {P} is a kind of {Q}.",
     "{P} 是 {Q} 的子属性,因此 {Q} 的值都属于 {C} 时,{P} 的值也都属于 {C}。"),
)  # fmt: skip

RULES: dict[str, RuleName] = {
    name: RuleName(name, table, en, zh)
    for table, rows in (
        (4, _EQUALITY), (5, _PROPERTIES), (6, _CLASSES), (7, _CLASS_AXIOMS), (8, _DATATYPES),
        (9, _SCHEMA),
    )
    for name, en, zh in rows
}  # fmt: skip


class _Letters(dict[str, str]):
    """The fields of a sentence; a letter without a term stands for itself."""

    def __missing__(self, key: str) -> str:
        return {"Ps": "P1 … Pn", "Cs": "C1 … Cn"}.get(key, key)


def sentence(
    name: str,
    language: str,
    part: Part | None = None,
    label: Callable[[Node], str] = str,
) -> str:
    """The rule's sentence in ``zh`` or ``en``, with the axiom's terms as ``label`` words them."""
    template = RULES[name].zh if language == "zh" else RULES[name].en
    between = "、" if language == "zh" else ", "
    letters = _Letters(
        {letter: between.join(map(label, terms)) for letter, terms in (part.terms if part else ())}
    )
    return Formatter().vformat(template, (), letters)
