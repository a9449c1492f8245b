"""Headings of answer tables for readers: the words in a variable's name, in Chinese and English."""

from __future__ import annotations

import re

_LANGUAGE = re.compile(r"(?<=[a-z])(?:Zh|En)$")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

WHOLE = {
    "atLeastTimes": ("至少几倍", "at least so many times"),
    "by": ("由谁", "by"),
    "from": ("从", "from"),
    "inWeihai": ("在威海", "in Weihai"),
    "inWeihaiPrinted": ("在威海:原文写法", "in Weihai, printed"),
    "mainOrOther": ("主要或其他", "main or other"),
    "of": ("相关事物", "of"),
    "percentagePoints": ("百分点", "percentage points"),
    "saidOrInferred": ("明言或推得", "said or inferred"),
    "to": ("至", "to"),
}
WORDS = {
    "about": "关于", "abroad": "境外", "agreement": "协议", "answer": "答案", "area": "区域",
    "article": "文章", "aspect": "方面", "association": "协会", "author": "作者", "award": "奖项",
    "base": "基期", "basis": "口径", "bound": "界", "certainty": "读法", "city": "城市",
    "claim": "观点", "companies": "企业数", "company": "企业", "confidence": "把握",
    "consecutive": "连续", "count": "数", "country": "国家", "date": "日期", "edition": "届次",
    "end": "止", "ends": "终", "at": "于", "event": "活动", "events": "活动数", "exact": "准确值",
    "existing": "现有", "figure": "数据", "firm": "企业", "first": "第一", "frequency": "频次",
    "goods": "货物", "graph": "具名图", "heading": "标题", "home": "所在地", "industry": "产业",
    "inferred": "推得", "initiative": "举措", "issuer": "发布者", "item": "条目",
    "justification": "理由类别", "kind": "类别", "language": "语言", "latitude": "纬度",
    "length": "长度", "line": "行", "linked": "已链接", "longitude": "经度", "lower": "下",
    "match": "对应", "minimum": "最小值", "missing": "缺少", "mode": "方式", "name": "名称",
    "neighbour": "毗邻", "new": "新设", "note": "附注", "object": "客体", "office": "机构",
    "order": "先后", "organization": "组织", "outcome": "成果", "outlet": "媒体", "part": "部分",
    "partner": "伙伴", "party": "参与方",
    "period": "时期", "person": "人物", "phase": "阶段", "place": "地点", "policy": "政策",
    "port": "港口", "premise": "前提", "printed": "原文写法", "property": "属性",
    "qualifier": "确定程度", "quotation": "引文", "rank": "位次", "reason": "理由",
    "receiver": "接待方", "record": "记录", "role": "角色", "rounded": "概数", "route": "线路",
    "rule": "规则", "scope": "范围", "second": "第二", "series": "系列", "share": "占比",
    "slogan": "口号", "source": "来源", "start": "起", "starts": "始", "statements": "陈述数",
    "status": "状态", "step": "步骤", "subject": "主体", "target": "目标", "text": "文本",
    "thing": "事物", "time": "时间", "topic": "主题", "triple": "三元组", "unit": "单位",
    "upper": "上",
    "url": "网址", "value": "数值", "verdict": "判断", "vessel": "船舶", "whole": "整体",
    "words": "原文", "year": "年份", "years": "年数",
}  # fmt: skip


def heading(name: str, language: str) -> str:
    """A column's heading; the variable's own name where no words are known for it."""
    stem = _LANGUAGE.sub("", name)
    if stem in WHOLE:
        return WHOLE[stem][0 if language == "zh" else 1]
    parts = [part.lower() for part in _PART.findall(stem)]
    if "".join(parts) != stem.lower():
        return name
    if language == "en":
        return " ".join(parts)
    return "".join(WORDS[part] for part in parts) if all(part in WORDS for part in parts) else name
