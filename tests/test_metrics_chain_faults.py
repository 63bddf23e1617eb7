"""Faults of command and depths: values by hand, undefined cases."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from orgnet import build, datasets, metrics


def test_faults_by_hand() -> None:
    """b names a superior that is not there, c itself; d and e go round; f answers to h, two levels up, and to a."""
    units = {
        "unit_id": ["h", "a", "b", "c", "d", "e", "f"],
        "kind": "party_branch",
        "superior_id": [None, "h", "zz", "c", "e", "d", "h"],
        "level_rank": [0, 1, None, None, None, None, 2],
    }
    ties = {"source": ["a"], "target": ["f"], "layer": ["command"]}
    found = metrics.chain(build.from_tables(units, ties, strict=False))
    counts = dict(zip(found.faults["fault"], found.faults["count"], strict=True))
    assert counts == {
        "no_superior": 2,  # b and c
        "superior_outside": 1,
        "own_superior": 1,
        "on_cycle": 2,
        "several_superiors": 1,
        "level_skip": 1,
    }
    for fault, count in counts.items():
        assert found.value(fault) == count
    among = dict(zip(found.faults["fault"], found.faults["among"], strict=True))
    assert (among["no_superior"], among["on_cycle"]) == (6, 5)
    assert among["level_skip"] == 3  # h-a, h-f, a-f; d-e and e-d have no levels
    assert found.indicator("level_skip")["unknown"] == 2
    assert found.faults["meaning_zh"].str.contains("[\u4e00-\u9fff]").all()


def test_without_levels_a_skip_is_not_known() -> None:
    found = metrics.chain(build.from_tables({"unit_id": ["h", "a"], "superior_id": [None, "h"]}))
    assert np.isnan(found.value("level_skip"))
    assert found.indicator("level_skip")["missing"] == "units.level_rank"
    assert found.faults.set_index("fault")["count"].isna().to_dict()["level_skip"]


def test_the_bundled_subdistrict() -> None:
    counts = metrics.chain(datasets.load()).faults.set_index("fault")["count"].to_dict()
    assert counts == {
        "no_superior": 1,
        "superior_outside": 1,
        "own_superior": 0,
        "on_cycle": 0,
        "several_superiors": 0,
        "level_skip": 3,
    }


def test_depths_by_hand() -> None:
    """Two units at depth 1 and four at depth 2: (2 x 1 + 4 x 2) / 6."""
    units = {
        "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
        "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
    }
    found = metrics.chain(build.from_tables(units))
    assert found.value("depth_mean") == pytest.approx(10 / 6)
    assert found.value("depth_max") == 2
    assert found.table["units"].tolist() == [1, 2, 4]


def test_only_fractions_have_a_numerator_and_a_denominator() -> None:
    found = metrics.chain(datasets.load()).indicators
    assert found.set_index("measure").loc[["depth_max", "headquarters_rank", "level_skip"], "denominator"].isna().all()
    fractions = found[found["numerator"].notna() | found["denominator"].notna()]
    fractions = fractions[fractions["value"].notna()]
    np.testing.assert_allclose(fractions["value"], fractions["numerator"] / fractions["denominator"])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_next_to_nothing(n: int) -> None:
    units = pd.DataFrame({"unit_id": pd.Series([f"u{i}" for i in range(n)], dtype="str")})
    found = metrics.chain(build.from_tables(units))
    undefined = found.indicators[found.indicators["value"].isna()]
    assert (undefined["reason"] != "").all()
    assert {"depth_mean", "full_chain", "type_fits_members", "term_overdue", "pairs_lost"} <= set(undefined["measure"])
    assert found.breaks.empty
    assert found.terms.empty
    assert found.types.empty
    assert json.dumps(found.to_dict())


def test_a_tree_of_areas() -> None:
    found = metrics.chain(datasets.load(), layers="contains")
    assert found.level_counts[1] == 87
    assert found.value("depth_max") == 1
