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
    # large networks, as rows to unfold
    "loose": ("Neither superior nor partner", "无上级也无协作"),
    "without": ("{what} not recorded", "{what}未填"),
    "gap": ("gap in Party presence", "党组织覆盖空白"),
    "cut": ("units cut off if it stops", "停摆后失联单位数"),
    "columns_left_out": (
        "Left out, because the page would be too large: {what}.",
        "为控制页面大小，未写入：{what}。",
    ),
    "pairs_left_out": (
        "{rest} pairs of units with ties are left out, the weakest first.",
        "另有 {rest} 对单位之间的关系未写入（先舍去最弱的）。",
    ),
    # the largest networks, as a map of areas
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
        "Picture of the network. Arrow keys go from unit to unit; plus and minus zoom; slash goes to search.",
        "网络图：方向键移到邻近单位，加减键缩放，斜杠键转到查找。",
    ),
    "picture_rows": (
        "Network as rows to unfold. Arrow keys move, unfold and fold; Enter shows the facts; slash goes to search.",
        "可展开的网络图：方向键移动、展开和收起，回车查看详情，斜杠键转到查找。",
    ),
    "hint_rows": (
        "Click a row to unfold it and to see its facts; keys: arrows, Enter, + and -, / to search.",
        "点击一行即可展开并查看详情；键盘：方向键、回车、+ 和 -，/ 键查找。",
    ),
    "name": ("name", "名称"),
    "level": ("level", "层级"),
    "superior": ("stands under", "所属"),
    "place": ("place", "位置"),
    "by_area": ("no tie recorded; shown with its area", "未登记任何关系，按区域归入"),
    "group": ("group", "分组"),
    "missing": SAID["missing"],
    "other": SAID["other"],
    "way": ("Way to headquarters", "到总部的路径"),
    "steps": ("{n} ties", "{n} 步"),
    "no_way": ("The recorded ties do not lead to headquarters.", "已登记的关系不通向总部。"),
    "below": ("units below", "下属单位"),
    "below_by": ("{what}, in this branch", "{what}（本分支）"),
    "rows": ("{n} rows for {m} units.", "{m} 个单位显示为 {n} 行。"),
    "arcs_cut": ("Of {m} bundles of ties the {n} strongest are drawn.", "{m} 组关系中画出最强的 {n} 组。"),
    "summed": ("Ties of all units in it", "其中各单位的关系合计"),
    "inside": ("{n} ties inside", "内部关系 {n} 条"),
    "unfold": ("Unfold", "展开"),
    "fold": ("Fold", "收起"),
    "unfold_all": ("Unfold all", "全部展开"),
    "fold_all": ("Fold all", "全部收起"),
    "start": ("Start", "初始"),
    "larger": ("Larger rows", "放大"),
    "smaller": ("Smaller rows", "缩小"),
    "only_branch": ("Only this branch", "只看此分支"),
    "only_area": ("Only {area}", "只看{area}"),
    "only": ("Only: {what}", "只看：{what}"),
    "everything": ("Show everything", "显示全部单位"),
    "colour": ("Colour", "颜色"),
    "as_level": ("by level", "按层级"),
    "same": ("the same", "相同"),
    "is_open": ("unfolded", "已展开"),
    "is_folded": ("folded", "已收起"),
    "bars": (
        "Bars: what a folded branch holds. Untick a line to hide its units.",
        "色条：收起分支的构成。取消勾选可隐藏。",
    ),
    "marks": ("Marks", "标记"),
    "gap": SAID["gap"],
    "cut": SAID["cut"],
    "cut_units": ("units that others depend on", "关键节点"),
    "one_gap": ("gap", "空白"),
    "gaps": ("gaps {n}", "空白 {n}"),
    "cuts": ("cuts off {n}", "断 {n}"),
    "save_title": ("Save", "保存"),
    "save_png": ("Picture (PNG)", "图片 (PNG)"),
    "save_svg": ("Picture (SVG)", "图片 (SVG)"),
    "save_csv": ("Rows (CSV)", "表格 (CSV)"),
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
