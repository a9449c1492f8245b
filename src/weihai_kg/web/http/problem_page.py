"""A problem as a page, in the language of its reader.

What a client did wrong is said in the words of the problem itself, which are English for programs;
a page in Chinese says first, by status and by limit, what that comes to.
"""

from __future__ import annotations

import html
import re
from typing import Any

# By status: what it is called, and what to do.
_CHINESE = {
    400: ("请求有误", "请按下面的说明改正后再试。"),
    403: ("不允许", "本服务只读。"),
    404: ("找不到", "这里没有这个网址。可以从首页开始，或搜索它的名称。"),
    405: ("方法不允许", "请用 GET 读取。"),
    406: ("没有这种格式", "请改用下面列出的格式之一。"),
    408: ("请求超时", "请求没有及时到达，请再试一次。"),
    413: ("太大", "查询或答案超过了限制，请缩短后再试。"),
    414: ("网址太长", "请改用 POST 发送查询。"),
    415: ("不认识的内容类型", "请按下面的说明改正后再试。"),
    429: ("请求太多", "请稍候再试。"),
    431: ("请求头太大", "请减少或缩短请求头。"),
    500: ("内部错误", "问题出在本站。请再试一次；若仍如此，请附上请求编号告知我们。"),
    501: ("不支持", "请改用 GET。"),
    502: ("外部端点没有给出答案", "可直接询问该端点，或去掉调用它的 SERVICE 子句。"),
    503: ("暂时没有答案", "请稍候再试，或把查询写得更有选择性。"),
    504: ("外部端点超时", "请一次少问一些，或直接询问该端点。"),
}
_LIMITS = {
    "query_timeout": "查询超过了时限。请缩小范围或加 LIMIT；全部数据见 /downloads 。",
    "query_cpu": "查询用尽了处理器时间。请缩小范围或加 LIMIT；全部数据见 /downloads 。",
    "query_memory": "查询超过了内存限制。请减少一次排序、分组或组合的行数。",
    "query_rows": "答案的行数超过了限制。请加 LIMIT，用 OFFSET 分页；全部数据见 /downloads 。",
    "query_bytes": "答案的大小超过了限制。请少取几行或几列；全部数据见 /downloads 。",
    "query_length": "查询太长，请缩短。",
    "query_nesting": "括号与运算符嵌套太深，请减少层数。",
    "queue_wait": "此刻提问的人太多，请稍候再试。",
    "queue_length": "此刻提问的人太多，请稍候再试。",
}
_MEMBERS = {
    "instance": ("网址", "address"),
    "line": ("行", "line"),
    "column": ("列", "column"),
    "limit": ("限制", "limit"),
    "value": ("值", "value"),
    "parameter": ("参数", "parameter"),
    "allowed": ("可选", "allowed"),
    "offered": ("可用", "offered"),
    "nearest": ("相近", "nearest"),
    "kept": ("所存版本", "kept"),
    "request_id": ("请求编号", "request id"),
}
_SAID = {"type", "title", "status", "detail", "todo"}
_PATH = re.compile(r"(?:(?<= )|^)/(?:[a-z]+(?:[.-][a-z]+)*(?:\?q=)?)?(?=[ .,;]|$)")


def in_chinese(status: int, limit: object = None) -> tuple[str, str]:
    """What a problem is called and what to do, by its status and by the limit that was met."""
    name, todo = _CHINESE.get(status, _CHINESE[400 if status < 500 else 500])
    return name, _LIMITS.get(str(limit), todo)


def problem_page(document: dict[str, Any], language: str) -> str:
    """The page of a problem document; its links are to this service alone."""
    zh = language == "zh"
    name, todo = in_chinese(document["status"], document.get("limit"))
    title = html.escape(f"{document['status']} {name if zh else document['title']}")
    foreign = ' lang="en"' if zh else ""
    rows = "".join(
        f"<dt>{html.escape(_MEMBERS.get(name, (name, name))[0 if zh else 1])}</dt>"
        f"<dd>{html.escape(shown(value))}</dd>"
        for name, value in document.items()
        if name not in _SAID and value not in ([], "")
    )
    said = [f"<p>{_linked(todo)}</p>"] if zh else []
    said.append(f'<p class="detail"{foreign}>{html.escape(document["detail"])}</p>')
    if document.get("todo"):
        said.append(f"<p{foreign}>{_linked(document['todo'])}</p>")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} · weihai-kg</title><link rel="stylesheet" href="/static/site.css">'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml"></head>'
        f'<body><header><a class="brand" href="/">weihai-kg</a></header><main><h1>{title}</h1>'
        f'{"".join(said)}<dl>{rows}</dl><p><a href="/">{"首页" if zh else "Home"}</a></p>'
        "</main></body></html>\n"
    )


def shown(value: Any) -> str:
    """A member's value as text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _linked(text: str) -> str:
    """A text in which the paths of this service are links."""
    return _PATH.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(text))
