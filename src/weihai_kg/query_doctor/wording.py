"""The doctor's words, in Chinese and English."""

from __future__ import annotations

from weihai_kg.query_doctor.advice import Text

_WORDS: dict[str, tuple[str, str]] = {
    "syntax": ("语法错误：{detail}", "Syntax error: {detail}"),
    "no-query": ("还没有查询。", "There is no query yet."),
    "syntax-at": ("语法错误：在 {found} 处或在它之前。", "Syntax error at {found}, or before it."),
    "syntax-with": (
        "语法错误：{found} 不该在这里；缺 {expected}",
        "Syntax error: {found} cannot stand here; {expected} is missing.",
    ),
    "unfinished": (
        "语法错误：还缺一个 }}。",
        "Syntax error: a closing }} is missing.",
    ),
    "not-grouped": (
        "分组之后，列 {variable} 既不是分组的键，也不是聚合的结果。",
        "After grouping, the column {variable} is neither a key of the groups nor an aggregate.",
    ),
    "group-by": ("也按 {variables} 分组", "Group by {variables} as well"),
    "no-prefix": (
        "前缀 {prefix}: 没有声明。",
        "The prefix {prefix}: is not declared.",
    ),
    "declare": ("加上 {text}", "Add {text}"),
    "declare-as": ("把 {prefix}: 声明为 {namespace}", "Declare {prefix}: as {namespace}"),
    "unknown-property": (
        "本图谱中没有属性 {term}。",
        "No statement of this graph has the property {term}.",
    ),
    "unknown-class": (
        "本图谱中没有类 {term}，也没有属于它的事物。",
        "This graph has no class {term}, and nothing that belongs to it.",
    ),
    "unknown-thing": (
        "本图谱中没有 {term}。",
        "Nothing in this graph is called {term}.",
    ),
    "did-you-mean": (
        "是否指 {term}（{label}，{count} 次）",
        "Did you mean {term} ({label}, {count} uses)?",
    ),
    "did-you-mean-thing": ("是否指 {term}（{label}）", "Did you mean {term} ({label})?"),
    "product": (
        "{one} 与 {other} 没有共同的变量：每个组合都成为一个解（{first} × {second} = {product})。",
        "{one} and {other} share no variable: each combination becomes a solution "
        "({first} × {second} = {product}).",
    ),
    "never-bound": (
        "变量 {variable} 从未得到值：没有一个模式提到它。",
        "The variable {variable} never gets a value: no pattern mentions it.",
    ),
    "misspelt": (
        "变量 {variable} 只出现一次，与 {other} 只差一点。",
        "The variable {variable} occurs only once and is almost {other}.",
    ),
    "use-variable": ("改为 {other}", "Use {other}"),
    "optional-first": (
        "OPTIONAL 写在给出 {variable} 的模式之前，因此先求值；这样它不再是可选的补充。",
        "OPTIONAL stands before the pattern that gives {variable} its values and is evaluated "
        "first: so it does not add to those solutions, it restricts them.",
    ),
    "move-optional": ("把 OPTIONAL 移到组的末尾", "Move OPTIONAL to the end of its group"),
    "limit-order": (
        "答案多于 {limit} 行，LIMIT 会截去一部分；没有 ORDER BY 时，留下哪些行并不确定。",
        "There are more than {limit} rows and LIMIT cuts them; without ORDER BY nothing says which "
        "rows stay.",
    ),
    "add-order": ("按 {variable} 排序", "Order by {variable}"),
    "no-language": (
        "{property} 的值都带语言标记；不带标记的 {literal} 与它们都不相等。",
        "The values of {property} all have a language tag; {literal} without one equals none.",
    ),
    "wrong-language": (
        "{property} 没有语言标记为 {language} 的值；有的是：{there}。",
        "No value of {property} has the language tag {language}; there are: {there}.",
    ),
    "use-literal": ("改为 {literal}", "Use {literal}"),
    "compare-text": ("只比较文字：{text}", "Compare the words only: {text}"),
    "string-number": (
        "{property} 的值是数；与字符串 {literal} 比较永远不成立。",
        "The values of {property} are numbers; a comparison with the string {literal} never holds.",
    ),
    "string-date": (
        "{property} 的值属类型 {datatype}；与 {literal} 比较永远不成立。",
        "The values of {property} are of type {datatype}; a comparison with {literal} never holds.",
    ),
    "tagged-text": (
        "STR() 的结果没有语言标记，与 {literal} 永远不相等。",
        "STR() gives words without a language tag, which never equal {literal}.",
    ),
    "wrong-direction": (
        "没有一个 {class_} 是 {property} 的主语，但有 {count} 条陈述以它为宾语：方向似乎反了。",
        "No {class_} is the subject of {property}, but in {count} statements one is its object: "
        "the direction seems to be the other way.",
    ),
    "wrong-direction-object": (
        "没有一个 {class_} 是 {property} 的宾语，但有 {count} 条陈述以它为主语：方向似乎反了。",
        "No {class_} is the object of {property}, but in {count} statements one is its subject: "
        "the direction seems to be the other way.",
    ),
    "wrong-domain": (
        "没有一个 {class_} 有属性 {property}；有它的是：{there}。",
        "No {class_} has the property {property}; those that have it: {there}.",
    ),
    "wrong-range": (
        "{property} 的值没有一个是 {class_}；它的值是：{there}。",
        "No value of {property} is a {class_}; its values are: {there}.",
    ),
    "turn": ("反过来：^{property}", "Turn it round: ^{property}"),
    "empty": (
        "没有结果：到 {part} 为止不再有解（在它之前有 {before} 个）。",
        "No rows: nothing is left from {part} on (before it there were {before}).",
    ),
    "empty-alone": (
        "没有结果：单是 {part} 就没有任何匹配。",
        "No rows: nothing matches {part}, even alone.",
    ),
    "use-term": ("以 {term}（{label}）代替 {old}", "{term} ({label}) instead of {old}"),
    "drop": ("去掉 {part}", "Without {part}"),
    "make-optional": ("使 {part} 成为可选", "Make {part} optional"),
    "ignore-case": ("不分大小写：{part}", "Whatever the case: {part}"),
}


def say(code: str, **values: object) -> Text:
    """The words of a code in both languages, with the values put in."""
    zh, en = _WORDS[code]
    return {"zh": zh.format(**values), "en": en.format(**values)}


def brief(text: str, size: int = 60) -> str:
    """A piece of a query on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= size else line[: size - 1] + "…"
