"""The words of the report, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgnet._model.vocabulary import Lang

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Organisation network report", "组织网络报告"),
    "summary": ("Summary", "摘要"),
    "contents": ("Contents", "目录"),
    "picture": ("The network", "网络图"),
    "read": ("What was read", "读取情况"),
    "findings": ("Findings in the data", "数据问题"),
    "coverage": ("Coverage", "两个覆盖"),
    "gaps": ("Gaps", "空白点"),
    "chain": ("Headquarters and chain of command", "总部与隶属链条"),
    "reach": ("Reach from headquarters", "信息可达"),
    "cut": ("Who is cut off if a unit stops", "关键节点：停摆后谁会失联"),
    "answers": ("Ten questions", "十问十答"),
    "sizes": ("Sizes of areas", "区域规模"),
    "shortages": ("Staff, space and services", "人手、场地与服务"),
    "sharing": ("What sharing can meet", "资源共享"),
    "exchange": ("Posts", "交叉任职"),
    "taking_part": ("Participation", "参与"),
    "change": ("What changed", "变化"),
    "question": ("question", "问题"),
    "answer": ("answer", "回答"),
    "number": ("no.", "序号"),
    "lacking": (
        "The data lack (and which sheet of the template gives it): {fields}.",
        "缺少的字段（及模板工作表）：{fields}。",
    ),
    "joint_branches": ("Suggested joint branches", "建议联合组建"),
    "misfits": ("Of the wrong shape", "组建形式不符"),
    "cells": ("By area and sector", "分区域与行业"),
    "d_gaps": (
        "Enterprises and social organisations that should have Party organisation and have not, most pressing first.",
        "应有党组织而没有的企业和社会组织，最紧迫者在前。",
    ),
    "d_joint_branches": (
        "Hosts near each other with one or two full members that could make a joint branch.",
        "相邻、各有一至两名正式党员、可联合组建党支部的单位。",
    ),
    "d_misfits": (
        "Party organisation whose form does not fit its members or its record: advice, not error.",
        "组建形式与党员人数或登记不符的党组织：供参考，并非错误。",
    ),
    "d_cells": (
        "Hosts with and without Party organisation, by place and line of business.",
        "分区域、行业的已覆盖与未覆盖数。",
    ),
    "position": ("Position in the network", "网络位置"),
    "about": ("Definitions and provenance", "定义与来源"),
    "kinds": ("Units by kind", "组织类别"),
    "layers": ("Ties by layer", "关系层"),
    "more": ("{shown} of {total} rows are shown.", "显示 {shown} 行，共 {total} 行。"),
    "left_out": ("Left out", "未计算"),
    "warnings": ("To keep in mind", "请注意"),
    # summary
    "s_read": (
        "Read: {units} units and {ties} ties. Rows set aside: {aside}.",
        "读入 {units} 个组织、{ties} 条关系；搁置 {aside} 行。",
    ),
    "s_faults": (
        "Faults in the chain of command, found and kept: {count} (see the findings).",
        "发现并保留 {count} 处隶属关系错误，详见数据问题。",
    ),
    "s_coverage": (
        "Party organisation covers {num} of {den} {population}: {rate} ({unknown} not recorded: {lower} to {upper}).",
        "{population} {den} 家中 {num} 家已有党组织：{rate}（{unknown} 家登记不全：{lower} 至 {upper}）。",
    ),
    "s_coverage_known": (
        "Party organisation covers {num} of {den} {population}: {rate}.",
        "{population} {den} 家中 {num} 家已有党组织：{rate}。",
    ),
    "s_backlog": (
        "Known to need a Party organisation of their own and to have none: {count}.",
        "已知达到组建条件而未建党组织（应建未建）：{count} 家。",
    ),
    "s_unknown": (
        "Status or presence not recorded: {count}; they may be gaps too.",
        "经营状态或建立情况未登记：{count} 家，其中也可能有空白点。",
    ),
    "s_cell": (
        "The largest gap: {place}, {gaps} of {hosts} operating hosts without Party organisation.",
        "最大空白：{place}，{hosts} 家在营组织中 {gaps} 家没有党组织。",
    ),
    "s_reach": (
        "Reached by command from {head}: {reached} of {den} {population}; steps at most: {steps}.",
        "从 {head} 出发，隶属链条在 {steps} 步内到达 {den} 个{population}中的 {reached} 个。",
    ),
    "s_gain": (
        "Collaboration ties shorten the mean way from headquarters from {mean} to {mean_all} steps ({gain}).",
        "协作关系使平均距离由 {mean} 步缩短到 {mean_all} 步（缩短 {gain}）。",
    ),
    "s_cut": (
        "Units that lose every path to headquarters if {unit} stops: {count}.",
        "若“{unit}”停摆，{count} 个组织将与总部失去一切联系。",
    ),
    # table heads
    "source": ("source", "来源"),
    "rows_in": ("rows in", "读入行数"),
    "kept": ("kept", "保留"),
    "merged": ("merged", "合并"),
    "set_aside": ("set aside", "搁置"),
    "severity": ("severity", "级别"),
    "count": ("number", "数量"),
    "first_row": ("first row", "首行"),
    "message": ("what was found (the first one)", "问题（首例）"),
    "remedy": ("what to do", "处理办法"),
    "population": ("population", "分母"),
    "measure": ("measure", "指标"),
    "numerator": ("has it", "已有"),
    "denominator": ("of", "分母数"),
    "unknown": ("not recorded", "未登记"),
    "rate": ("rate", "比例"),
    "bounds": ("lowest to highest", "下限至上限"),
    "own": ("organisation of its own", "单独组建"),
    "joint": ("joint organisation", "联合组建"),
    "organisation": ("own or joint organisation", "组织覆盖（单独+联合）"),
    "work": ("work coverage", "工作覆盖"),
    "operating": ("operating", "在营"),
    "three_have": ("three-have", "三有"),
    "eligible": ("eligible", "应建"),
    "unit": ("unit", "组织"),
    "gap": ("gap", "空白类型"),
    "distance": ("ties to the nearest Party unit", "距最近党组织（步）"),
    "yes": ("yes", "有"),
    "no": ("no", "无"),
    "depth": ("depth", "层深"),
    "units": ("units", "组织数"),
    "with_subordinates": ("with subordinates", "有下级的"),
    "span_mean": ("mean span", "平均管理幅度"),
    "span_max": ("largest span", "最大管理幅度"),
    "steps": ("steps", "步数"),
    "command": ("by command", "仅隶属"),
    "all": ("by all ties", "全部关系"),
    "units_cut_off": ("units cut off", "失联组织"),
    "households_cut_off": ("households cut off", "失联户数"),
    "degree": ("partners", "直接联系数"),
    "betweenness": ("betweenness", "中介中心性"),
    "share": ("share of pairs", "占比"),
    "fact": ("fact", "项目"),
    "value": ("value", "值"),
    "hosts": ("operating hosts", "在营组织"),
    "tops": ("tops of command", "隶属顶端"),
    "on_cycles": ("units on a cycle", "循环中的组织"),
    "several_superiors": ("units with several superiors", "有多个上级的组织"),
    "not_reached": ("units with command ties that headquarters does not reach", "有隶属关系但总部不能到达的组织"),
    "rules": ("rule set", "规则集"),
    "as_of": ("data as of", "数据时点"),
    "version": ("orgnet version", "orgnet 版本"),
    "none": ("none", "无"),
    "party_population": ("units of Party kinds", "党组织"),
    "command_population": ("units with a tie of command", "有隶属关系的组织"),
    "why_no_hosts": (
        "The file holds no enterprises or social organisations, so there is no coverage to compute.",
        "文件中没有企业或社会组织，无法计算覆盖率。",
    ),
    "why_no_gaps": ("No host is known to be without Party organisation.", "没有已知未覆盖的组织。"),
    "why_no_command": (
        "The file holds no ties of command, so there is no headquarters.",
        "文件中没有隶属关系，因此没有总部。",
    ),
    "why_no_top": (
        "No unit stands at the top of command (see the cycles), so there is no headquarters.",
        "没有隶属顶端（见循环中的组织），因此没有总部。",
    ),
    "why_no_cut": ("No unit stands alone between others and headquarters.", "没有单点失联风险。"),
    "contains_tree": (
        "The file holds a tree of areas (layer contains); its levels are shown.",
        "文件是区域包含关系（contains 层），以下为其层级。",
    ),
    "too_large": (
        "Betweenness of {n} units takes longer than a report should; call orgnet.metrics.betweenness(net) for it.",
        "{n} 个组织的中介中心性计算时间过长，报告中略去；可调用 orgnet.metrics.betweenness(net)。",
    ),
    "alt_matrix": (
        "Matrix of areas and sectors; each cell says how many of the operating hosts have Party organisation.",
        "区域与行业矩阵；每格写明在营组织中有党组织的数量。",
    ),
    "alt_reach": (
        "Curves: the share of units reached from headquarters within each number of steps, by command and by all ties.",
        "曲线：总部在各步数内可达组织的比例，分仅隶属与全部关系。",
    ),
    "alt_tree": (
        "Tree of command from headquarters with collaboration ties as arcs.",
        "总部以下的隶属树，协作关系以弧线表示。",
    ),
    "d_coverage": (
        (
            "Coverage is the number of hosts that have Party organisation, over the hosts of the population of which "
            "it is known. The bounds are the lowest and highest rate that any filling-in of the gaps can give."
        ),
        "覆盖率 = 有党组织的组织数 ÷ 该分母中情况已知的组织数。上下限为对未登记部分作任意填补时的最低与最高值。",
    ),
    "d_reach": (
        (
            "Reach within k steps is the share of the population at most k ties from headquarters, which is itself not "
            "counted. Command is walked downwards, collaboration both ways."
        ),
        "k 步可达率 = 距总部不超过 k 条关系的组织占比（不含总部）。隶属关系只向下，协作关系双向。",
    ),
    "d_cut": (
        (
            "A unit is cut off when every path to headquarters, over all ties whatever their direction, leads through "
            "the unit that stops."
        ),
        "若某组织通往总部的所有路径（不论方向）都经过停摆的组织，则视为失联。",
    ),
    "d_position": (
        (
            "Betweenness counts, over all pairs of units, the shortest paths that lead through a unit. It describes "
            "position, not power."
        ),
        "中介中心性统计所有组织对之间经过该组织的最短路径，描述的是位置，不等于权力。",
    ),
    # the public version
    "suppressed": ("not published", "不公布"),
    "k_of_n": ("{num} of {den} ({rate})", "{num}/{den}（{rate}）"),
    "not_recorded": ("(not recorded)", "（未登记）"),
    "s_public": (
        "This version for the public lists {units} units and {ties} ties. All but coverage is said of these alone.",
        "本公开版列出 {units} 个组织、{ties} 条关系；除覆盖情况外，各节只就所列组织而言。",
    ),
    "s_hidden": (
        "Party organisation among {population}: not published, the numbers are small.",
        "{population}的组织覆盖情况：数量较小，不公布。",
    ),
    "d_hidden": (
        (
            "Where those that have it, those that have it not, or a difference from another number here are fewer than "
            "{k}, nothing is published, nor are some further numbers that would give the small ones away. A rate of "
            "none or of all is small too."
        ),
        (
            "已有数、未有数或与本页其他数字之差小于 {k} 的，均不公布；据以可推算出小数的其他数字也不公布。"
            "全无或全有同样视为小数。"
        ),
    ),
    "d_no_gaps": (
        "Which organisations are without is not published; the internal report lists them.",
        "具体是哪些组织未覆盖不予公布，详见内部报告。",
    ),
    "d_one_table": (
        "The table below is by {column}; no second breakdown is published, since two would give small numbers away.",
        "下表按{column}分列；不公布第二种分列，以免两表相减推算出小数。",
    ),
    "d_listed": (
        (
            "This is said of the units listed here alone. Enterprises and social organisations, and the Party "
            "organisations that cover them, are counted under coverage and not listed."
        ),
        "本节只就所列组织而言。企业、社会组织及覆盖它们的党组织只计入覆盖情况，不列出。",
    ),
    "why_no_hosts_listed": (
        "No enterprises or social organisations in operation are recorded, so no coverage is shown.",
        "没有登记在营的企业或社会组织，因此不列覆盖率。",
    ),
    "why_no_command_listed": (
        "Between the units listed there are no ties of command, so no headquarters is shown.",
        "所列组织之间没有隶属关系，因此不列总部。",
    ),
    "contains_tree_listed": (
        "Between the units listed there is a tree of areas (layer contains); its levels are shown.",
        "所列组织之间有区域包含关系（contains 层），以下为其层级。",
    ),
    "band": ("{field}, band", "{field}（档次）"),
    "public_footer": (
        (
            "Public version, by rule set {rules}. Enterprises and social organisations are counted, not listed; nor "
            "are the Party organisations that cover them. Of these counts, those below {k} are not published, nor what "
            "would give them away. Numbers of Party members and residents are given in bands. Individual businesses "
            "are not listed."
        ),
        (
            "公开版（规则集 {rules}）。企业与社会组织只计数，不列出，覆盖它们的党组织也不列出；"
            "其中小于 {k} 的数及可据以推算的数不公布。党员数与居民数只列档次。个体工商户不列出。"
        ),
    ),
    "d_people": (
        "This report holds organisations and counts, never people. It asks nothing of the network.",
        "本报告只含组织与汇总数，不含个人；离线生成，不访问网络。",
    ),
}


def say(key: str, lang: Lang, **facts: object) -> str:
    """Return the words for `key` in one language, with the facts filled in."""
    return WORDS[key][lang == "zh"].format(**facts)


def population_name(population: str, lang: Lang, english: str) -> str:
    """Return what a population of hosts is, in words."""
    chinese = {
        "operating": "在营企业与社会组织",
        "three_have": "“三有”企业与社会组织",
        "eligible": "应建党组织的企业与社会组织",
    }
    return chinese[population] if lang == "zh" else english
