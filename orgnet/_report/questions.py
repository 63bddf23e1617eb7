"""How each of the ten questions is answered: which results, which tables, and what they say in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from orgnet import metrics
from orgnet._metrics.system import burden_table
from orgnet._model.catalogue import entry
from orgnet._model.results import Note, headline
from orgnet._model.vocabulary import GROUPS, LAYERS
from orgnet._report.answers import FULL, NONE, PART, Answer
from orgnet._report.sections import clip, number, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from orgnet._metrics.arrival import Arrival
    from orgnet._metrics.chain import Chain
    from orgnet._metrics.communication import Communication
    from orgnet._metrics.coverage import Coverage
    from orgnet._metrics.gaps import Gaps
    from orgnet._metrics.participation import Participation
    from orgnet._metrics.posts import Posts
    from orgnet._metrics.resources import Resources
    from orgnet._metrics.scope import Scope
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Family


@dataclass(frozen=True)
class Results:
    """The results that the answers read, each computed once and only if it is asked for."""

    net: OrgNetwork
    before: OrgNetwork | None = None
    headquarters: list[str] | None = None

    @cached_property
    def scope(self) -> Scope:
        """Sizes and spans."""
        return metrics.scope(self.net)

    @cached_property
    def chain(self) -> Chain:
        """The chain of command, of the areas where there is none."""
        layers = "contains" if "command" not in self.net.layers and "contains" in self.net.layers else "vertical"
        return metrics.chain(self.net, headquarters=self.headquarters, layers=layers)

    @cached_property
    def coverage(self) -> Coverage:
        """Coverage under its three populations."""
        return metrics.coverage(self.net)

    @cached_property
    def gaps(self) -> Gaps:
        """Who is without, and suggested joint branches."""
        return metrics.gaps(self.net)

    @cached_property
    def reach(self) -> Communication:
        """Reach from headquarters, and who is cut off."""
        return metrics.communication(self.net, headquarters=self.headquarters)

    @cached_property
    def arrival(self) -> Arrival:
        """When a task arrives."""
        return metrics.arrival(self.net, headquarters=self.headquarters)

    @cached_property
    def resources(self) -> Resources:
        """Workers, space, services."""
        return metrics.resources(self.net)

    @cached_property
    def posts(self) -> Posts:
        """Seats and concurrent seats."""
        return metrics.posts(self.net)

    @cached_property
    def participation(self) -> Participation:
        """Who takes part."""
        return metrics.participation(self.net)


def _note(en: str, zh: str, facts: Mapping[str, Any]) -> Note:
    """Fill facts into a sentence in both languages; what is not known is said in words."""
    unknown = ("not recorded", "未登记")
    texts = [{key: word if fact == "–" else fact for key, fact in facts.items()} for word in unknown]
    return Note(en.format(**texts[0]), zh.format(**texts[1]))


def _missing(net: OrgNetwork, of: Family, measures: Sequence[str]) -> tuple[str, ...]:
    """Return what the input lacks for those of these measures that are undefined, each once; a blank column too."""
    rows = of.indicators[of.indicators["measure"].isin(measures) & of.indicators["value"].isna()]
    found = [need for text in rows["missing"] for need in text.split(", ") if need]
    found += [need for name in dict.fromkeys(rows["measure"]) for need in entry(name).needs if is_blank(net, need)]
    return tuple(dict.fromkeys(found))


def is_blank(net: OrgNetwork, need: str) -> bool:
    """Return whether a field or table, as the catalogue names it, is absent or holds nothing.

    Examples
    --------
    >>> import orgnet
    >>> net = orgnet.build.from_tables({"unit_id": ["g"], "kind": "grid", "households": [None]})
    >>> is_blank(net, "units.households"), is_blank(net, "units.kind"), is_blank(net, "events")
    (True, False, True)
    """
    place, _, name = need.partition(".")
    if place == "ties" and name in {*LAYERS, *GROUPS}:
        return not net.tie_mask(name).any()
    frame = {"units": net.units, "ties": net.ties, **net.tables}.get(place)
    if frame is None or not name:
        return frame is None or frame.empty
    return name not in frame or bool(frame[name].isna().all())


def _answer(
    net: OrgNetwork,
    key: str,
    of: Family,
    measures: Sequence[str],
    said: Note | None,
    tables: Mapping[str, pd.DataFrame],
) -> Answer:
    """Return the answer of a question; what the input lacks for its measures makes it part of one, or none."""
    missing = _missing(net, of, measures)
    filled = {name: frame for name, frame in tables.items() if len(frame)}
    answered = NONE if said is None else PART if missing else FULL
    said = _why_not(of, measures, missing) if said is None else said
    place = list(_QUESTIONS).index(key)
    return Answer(place + 1, key, _QUESTIONS[key], said, filled, tuple(of.warnings), missing, answered)


def _why_not(of: Family, measures: Sequence[str], missing: Sequence[str]) -> Note:
    """Say why there is no answer: what is not recorded, else in the words of the first measure that has no value."""
    if missing:
        return Note("The data do not say: fields are not recorded.", "现有数据不能回答：有字段未登记。")
    reasons = of.indicators.loc[of.indicators["measure"].isin(measures), "reason"]
    reason = next((reason for reason in reasons if isinstance(reason, Note)), _NOTHING)
    return Note(f"The data do not say: {reason}.", f"现有数据不能回答：{reason.zh}。")


_NOTHING = Note("there is nothing of this kind in them", "其中没有此类情况")
_QUESTIONS: Mapping[str, Note] = {
    "sizes": Note("Which areas are too big, and how many grids more?", "哪些区域过大，还需增设多少网格？"),
    "breaks": Note("Where does the chain break, and for how many households?", "链条断在哪里，影响多少户？"),
    "true_coverage": Note(
        "What is the true coverage under three denominators, and the backlog?",
        "三种口径下的真实覆盖率和应建未建各是多少？",
    ),
    "arrival": Note("How fast does a task arrive, and what is the slowest link?", "任务多快传达到位，最慢在哪一环？"),
    "shortages": Note("Who lacks staff, space or services?", "谁缺人手、缺场地、缺服务？"),
    "sharing": Note("What can sharing alone meet?", "仅靠资源共享能满足多少需求？"),
    "losses": Note("Who is cut off if a unit stops?", "某个组织停摆，谁会失联？"),
    "exchange": Note(
        "Are posts exchanged both ways, and do seats pile up?", "是否双向进入、交叉任职，职务是否过于集中？"
    ),
    "taking_part": Note("Who takes part, and who left?", "谁在参与，谁已退出？"),
    "change": Note("What changed?", "有哪些变化？"),
}


def sizes(found: Results) -> Answer:
    """1: which areas are too big."""
    scope = found.scope
    grids = scope.table[scope.table["kind"] == "grid"]
    known = grids[grids["verdict"] != "unknown"]
    said = None
    if len(known):
        low, high = found.net.rules["scope"]["grid_households"]
        facts = {
            "n": number(len(known)), "above": number((known["verdict"] == "above").sum()), "high": number(high),
            "below": number((known["verdict"] == "below").sum()), "low": number(low),
            "extra": number(known["extra"].sum()), "unknown": number(len(grids) - len(known)),
            "committees": number(((scope.table["kind"] != "grid") & (scope.table["verdict"] == "above")).sum()),
        }  # fmt: skip
        said = _note(
            "Of {n} grids with households recorded {above} are above {high} households and {below} below {low}; "
            "{extra} more grids would bring none above. Residents' committees above their band: {committees}. "
            "Grids without households recorded: {unknown}.",
            "已登记户数的 {n} 个网格中，{above} 个超过 {high} 户，{below} 个不足 {low} 户；"
            "增设 {extra} 个网格可使其均不超标。超出标准的居委会：{committees} 个；未登记户数的网格：{unknown} 个。",
            facts,
        )
    odd = scope.table[scope.table["verdict"].isin(["above", "below"])]
    tables = {"areas": scope.areas, "outside_band": odd, "histogram": scope.histogram}
    return _answer(
        found.net, "sizes", scope, ("households_per_grid", "extra_grids", "households_per_committee"), said, tables
    )


def breaks(found: Results) -> Answer:
    """2: where the chain breaks."""
    chain = found.chain
    said = None
    if len(chain.breaks):
        first = chain.breaks.iloc[0]
        facts = {"n": number(len(chain.breaks)), "unit": clip(first["name"]), "households": number(first["households"])}
        where = {"reason": first["reason"], "reason_zh": first["reason_zh"]}
        said = _note(
            "The chain is broken at {n} units; most households ({households}) are behind {unit}: {reason}.",
            "链条有 {n} 处断点；影响户数最多（{households} 户）的是“{unit}”：{reason_zh}。",
            facts | where,
        )
    elif not math.isnan(chain.value("full_chain")):
        said = Note("No break: every chain of command is whole.", "没有断点：各条链条均完整。")
    elif chain.tops:
        facts = {"n": number(chain.faults["count"].sum()), "reached": number(sum(chain.level_counts.values()))}
        said = _note(
            "Command reaches {reached} units from its top, with {n} faults; whether cells hang on grid branches is "
            "not recorded.",
            "隶属链条自顶端到达 {reached} 个组织，错误 {n} 处；党小组是否隶属网格党支部，数据未载明。",
            facts,
        )
    tables = {"breaks": chain.breaks, "faults": chain.faults, "terms": chain.terms}
    return _answer(found.net, "breaks", chain, ("full_chain", "grids_with_branch"), said, tables)


def true_coverage(found: Results) -> Answer:
    """3: coverage under three denominators, and the backlog."""
    coverage, gaps = found.coverage, found.gaps
    rows = {name: coverage.row(name) for name in ("operating", "three_have", "eligible")}
    said = None
    if any(row["denominator"] for row in rows.values()):
        facts: dict[str, Any] = {name: percent(row["rate"]) for name, row in rows.items()}
        facts |= {"backlog": number(gaps.backlog), "joint": number(len(gaps.joint))}
        said = _note(
            "Party organisation covers {operating} of operating, {three_have} of three-have and {eligible} of eligible "
            "hosts; {backlog} eligible hosts have none; {joint} joint branches are suggested.",
            "组织覆盖率：在营 {operating}，“三有” {three_have}，应建 {eligible}；"
            "应建未建 {backlog} 家；建议联建 {joint} 个。",
            facts,
        )
    rates = coverage.table.drop(columns=["group", "denominator_name"]).rename(columns={"population": "of_hosts"})
    tables = {
        "coverage": rates,
        "gaps": gaps.table,
        "joint_branches": gaps.joint,
        "paper": coverage.paper.rename(columns={"paper": "on_paper", "population": "of_hosts"}),
    }
    return _answer(found.net, "true_coverage", coverage, ("organisation_coverage",), said,
                   tables)  # fmt: skip


def arrival(found: Results) -> Answer:
    """4: how fast a task arrives."""
    times = found.arrival
    said = None
    if len(times.slowest):
        names = " → ".join(clip(name) for name in times.slowest["name"])
        facts = {f"t{share}": number(times.value(f"arrival_t{share}"), 1) for share in (50, 90, 100)}
        said = _note(
            "A task reaches half of the units it reaches at all in {t50} days, nine tenths in {t90}, the last in "
            "{t100}; the slowest chain: {names}.",
            "任务传达到一半组织需 {t50} 天，九成需 {t90} 天，全部需 {t100} 天；最慢链条：{names}。",
            facts | {"names": names},
        )
    observed = metrics.messages(found.net)
    if len(observed.levels) and not math.isnan(observed.median_days):
        days = number(observed.median_days, 1)
        seen = Note(f"In the messages recorded half have a first action after {days} days.",
                    f"在已登记的信息中，半数在 {days} 天内首次办理。")  # fmt: skip
        said = seen if said is None else Note(f"{said} {seen}", f"{said.zh}{seen.zh}")
    tables = {"slowest": times.slowest, "arrival_curve": times.table, "reach": found.reach.table,
              "message_levels": observed.levels}  # fmt: skip
    return _answer(found.net, "arrival", times, ("arrival_t50", "arrival_t90", "arrival_t100"), said, tables)


# Headings of their own, apart from the tables of the same names.
_OF_SERVICES = {"kinds": "provider_kinds", "areas": "n_areas"}
_NORMS = {"workers": "workers_per_10000", "space": "floor_area_per_100_households"}


def shortages(found: Results) -> Answer:
    """5: who lacks staff, space, services."""
    res = found.resources
    table = res.table
    lacks = {
        "workers": table["workers_lacking"] > 0,
        "space": table["floor_area_lacking"] > 0,
        "services": table["services_missing"] != "",
    }
    measures = ("workers_per_10000", "floor_area_per_100_households", "households_served")
    said = None
    counted = {name: bool(table[column].notna().any()) for name, column in _NORMS.items()}
    counted["services"] = len(res.services) > 0
    if any(counted.values()):
        facts = {name: number(mask.sum() if counted[name] else math.nan) for name, mask in lacks.items()}
        facts["n"] = number(len(table))
        said = _note(
            "Of {n} areas, below the norm of workers: {workers}; below that of floor area: {space}; without a service "
            "that others have: {services}.",
            "{n} 个区域中，工作力量不足的：{workers}；场地面积不足的：{space}；缺少其他区域已有服务的：{services}。",
            facts,
        )
    tables = {
        "areas": table,
        "services": res.services.rename(columns=_OF_SERVICES),
        "workers": metrics.workers(found.net).table,
        "burden": burden_table(found.net),
    }
    return _answer(found.net, "shortages", res, measures, said, tables)


def sharing(found: Results) -> Answer:
    """6: what sharing alone can meet."""
    res = found.resources
    said = None
    before, after = res.value("unmet_demand"), res.value("unmet_after_pooling")
    if before > 0:
        facts = {"before": number(before), "after": number(after), "gain": percent(res.value("pooling_gain"))}
        said = _note(
            "Sharing along the ties there are would bring unmet demand from {before} to {after} ({gain} of it met).",
            "沿现有协作关系共享，可使未满足需求由 {before} 降至 {after}（满足 {gain}）。",
            facts,
        )
    elif before == 0:
        said = Note("No demand is unmet.", "没有未满足的需求。")
    return _answer(found.net, "sharing", res, ("unmet_demand", "unmet_after_pooling"), said,
                   {"pooling": res.pooling, "balance": res.balance})  # fmt: skip


def losses(found: Results) -> Answer:
    """7: who is cut off if a unit stops."""
    reach = found.reach
    said = None
    if len(reach.cut_units):
        worst = reach.cut_units.iloc[0]
        counted = not is_blank(found.net, "units.households")
        households = worst.get("households_cut_off", math.nan) if counted else math.nan
        facts = {"n": number(len(reach.cut_units)), "unit": clip(worst["name"]),
                 "units": number(worst["units_cut_off"]),
                 "households": number(households)}  # fmt: skip
        said = _note(
            "{n} units stand alone between others and headquarters; if {unit} stops, {units} units lose every route "
            "(households: {households}).",
            "{n} 个组织是他人通往总部的唯一通道；若“{unit}”停摆，{units} 个组织将失去一切联系（户数：{households}）。",
            facts,
        )
    elif reach.headquarters:
        said = Note("No unit stands alone between others and headquarters.", "没有单点失联风险。")
    return _answer(found.net, "losses", reach, ("households_cut_off",), said, {"cut_units": reach.cut_units})


_OF_POSTS = {"seats": "n_seats", "filled": "n_filled"}  # here counts; in the data model other things


def exchange(found: Results) -> Answer:
    """8: whether posts are exchanged both ways."""
    seats = found.posts
    said = None
    if not math.isnan(seats.value("shared_seats_party")):
        facts = {
            "party": percent(seats.value("shared_seats_party")),
            "committee": percent(seats.value("shared_seats_committee")),
            "both": number(seats.value("two_way_entry"), 2),
            "longest": number(seats.value("longest_seat_chain")),
        }
        said = _note(
            "Shared are {party} of the Party seats and {committee} of the committees' seats; two-way entry is {both} "
            "(1 is even, 0 one way only); the longest chain of concurrent seats has {longest}.",
            "交叉任职占党组织席位的 {party}、居（村）委会席位的 {committee}；双向进入度 {both}（1 为对等，0 为单向）；"
            "兼任链最长 {longest} 个席位。",
            facts,
        )
    return _answer(found.net, "exchange", seats, ("shared_seats_party", "two_way_entry", "vacant_seats"), said,
                   {"posts": seats.table.rename(columns=_OF_POSTS), "pairs": seats.pairs})  # fmt: skip


def taking_part(found: Results) -> Answer:
    """9: who takes part, and who left."""
    part = found.participation
    said = None
    if not math.isnan(part.value("active_share")):
        facts = {
            "share": percent(part.value("active_share")),
            "active": number(part.indicator("active_share")["numerator"]),
            "registered": number(part.indicator("active_share")["denominator"]),
            "left": number(len(part.left)),
        }
        said = _note(
            "{active} of {registered} registered organisations took part in the last period ({share}); {left} "
            "that took part before did not.",
            "登记的 {registered} 个组织中 {active} 个近一期参与过活动（{share}）；此前参与而近一期未参与的 {left} 个。",
            facts,
        )
    return _answer(found.net, "taking_part", part, ("active_share", "participation_retention"), said,
                   {"kinds": part.kinds.rename(columns={"left": "n_left"}), "left": part.left})  # fmt: skip


def change(found: Results) -> Answer:
    """10: what changed since an earlier network."""
    question = _QUESTIONS["change"]
    if found.before is None:
        said = Note(
            "One state of the data tells no change: an earlier one of the same place is needed.",
            "单一时点的数据无法看出变化：需要同一地方较早的数据。",
        )
        return Answer(len(_QUESTIONS), "change", question, said, answered=NONE)
    now, then = (metrics.profile(net).table for net in (found.net, found.before))
    both = _wholes(now).merge(_wholes(then), on="figure", suffixes=("", "_then"))
    both = both[both["value"].notna() | both["value_then"].notna()]
    table = pd.DataFrame(
        {
            "id": both["id"],
            "figure": both["figure"],
            "then": both["value_then"],
            "now": both["value"],
            "change": both["value"] - both["value_then"],
        }
    )
    ids, old = found.net.ids, found.before.ids
    data = pd.DataFrame(
        {
            "fact": ["units_added", "units_gone", "ties_then", "ties_now"],
            "count": [len(ids.difference(old)), len(old.difference(ids)), found.before.n_ties, found.net.n_ties],
        }
    )
    known = table["change"].notna()
    facts = {
        "n": number((known & (table["change"] != 0)).sum()),
        "all": number(known.sum()),
        "once": number((~known).sum()),
        "added": number(data["count"].iloc[0]),
        "gone": number(data["count"].iloc[1]),
    }
    said = _note(
        "Of {all} measures known both times {n} changed; known only once: {once}. New units: {added}; gone: {gone}.",
        "两期均可计算的 {all} 项指标中 {n} 项有变化；仅一期可计算的 {once} 项。新增组织 {added} 个，减少 {gone} 个。",
        facts,
    )
    tables = {"changes": table, "data_changes": data}
    return Answer(len(_QUESTIONS), "change", question, said, tables, (_DATA_CHANGED,))


_DATA_CHANGED = Note(
    "a change may come from the data as well as from the place: what was not recorded then and is now moves them",
    "变化既可能来自实际情况，也可能来自数据：以前未登记而现在登记的内容也会改变指标",
)


def _wholes(indicators: pd.DataFrame) -> pd.DataFrame:
    return headline(indicators)[["id", "figure", "value"]]


QUESTIONS: tuple[Callable[[Results], Answer], ...] = (
    *(sizes, breaks, true_coverage, arrival, shortages),
    *(sharing, losses, exchange, taking_part, change),
)
