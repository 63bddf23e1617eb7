"""What the pages say, in English and Chinese: one place for every sentence and label that is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgnet._model.vocabulary import Lang

SAID: dict[str, tuple[str, str]] = {
    # values and legends
    "missing": ("not recorded", "未填"),
    "other": ("other", "其他"),
    "to": ("to", "至"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "party": ("Party organisation", "党组织"),
    "host": ("enterprise or social organisation", "企业或社会组织"),
    "area": ("area, grid or building", "区域、网格或楼栋"),
    "rest": ("any other unit", "其他单位"),
    # the heading and the line below it
    "title": ("Organisation network", "组织网络"),
    "facts": ("{n} units · {m} ties · drawn: {layers}", "{n} 个单位 · {m} 条关系 · 显示：{layers}"),
    "as_of": ("as of {date}", "截至 {date}"),
    "no_layers": ("no ties", "无关系"),
    "left_out": (
        "{kept} lines are drawn, the chain of command and the strongest ties first; {rest} more are left out.",
        "画出 {kept} 条连线（先画领导关系和最强的关系），另有 {rest} 条未画出。",
    ),
    # large networks
    "units": ("units", "单位数"),
    "count": ("{n} units", "{n} 个单位"),
    "mean": ("{what}, mean", "{what}（平均）"),
    "most": ("{what}, most frequent", "{what}（最多的一类）"),
    "no_area": ("(not recorded)", "（未填）"),
    "others": ("(others)", "（其他）"),
    "alone": ("{kind} (no superior)", "{kind}（无上级）"),
    "component": ("component of {name}", "“{name}”所在的连通块"),
    "by_area": (
        "{n} units are drawn as {k} areas; ties inside areas ({inside}) are not drawn.",
        "{n} 个单位合并为 {k} 个区域显示；区域内部的 {inside} 条关系未画出。",
    ),
    "by_superior": (
        "{n} units are drawn as {k} branches of the chain; ties inside branches ({inside}) are not drawn.",
        "{n} 个单位按上级合并为 {k} 个分支显示；分支内部的 {inside} 条关系未画出。",
    ),
    "by_kind": (
        "{n} units are drawn as {k} kinds; ties inside kinds ({inside}) are not drawn.",
        "{n} 个单位按类别合并为 {k} 类显示；同类之间的 {inside} 条关系未画出。",
    ),
    "by_component": (
        "{n} units are drawn as {k} components; ties inside components ({inside}) are not drawn.",
        "{n} 个单位按连通块合并为 {k} 块显示；块内的 {inside} 条关系未画出。",
    ),
}

# The page's own controls; the script in the page uses the same keys.
CONTROLS: dict[str, tuple[str, str]] = {
    "search": ("Find by name or id", "按名称或编码查找"),
    "none": ("Nothing found", "没有找到"),
    "more": ("more", "更多"),
    "layers": ("Ties", "关系"),
    "size": ("Size", "大小"),
    "fit": ("Show all", "显示全部"),
    "hint": ("Click a unit to see its facts.", "点击单位查看详情。"),
    "id": ("id", "编码"),
    "kind": ("kind", "类别"),
    "up": ("superior", "上级"),
    "down": ("subordinates", "下级"),
    "out": ("to", "指向"),
    "in": ("from", "来自"),
    "hq": ("Bold edge: headquarters", "粗边：总部"),
    "close": ("Clear", "清除"),
    "picture": (
        "Picture of the network. Use the search box to choose a unit with the keyboard.",
        "网络图。可用查找框以键盘选择单位。",
    ),
    "noscript": ("This picture needs JavaScript to be drawn.", "此图需要启用 JavaScript。"),
}


def say(key: str, lang: Lang, **parts: str) -> str:
    """Return one sentence or label, its gaps filled.

    Examples
    --------
    >>> say("count", "en", n="12"), say("count", "zh", n="12")
    ('12 units', '12 个单位')
    """
    return SAID[key][lang == "zh"].format(**parts)


def controls(lang: Lang) -> dict[str, str]:
    """Return the texts of the page's controls."""
    return {key: texts[lang == "zh"] for key, texts in CONTROLS.items()}
