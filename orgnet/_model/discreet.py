"""What a finding may show of a cell: nothing that may be the name of a person."""

from __future__ import annotations

import re

from orgnet._model.reading import fold

_LIKE_PERSON = re.compile("[\u4e00-\u9fff·]{2,4}")
_ORGANISATIONS = tuple("司心委会部社局院校所厂店队格楼幢组站行团办处园馆业室库户街镇乡村区县市省联盟")


def hidden(text: str) -> str:
    """Return a text as a finding may show it: what may be the name of a person is not shown.

    Two to four Chinese characters that end like no organisation may be a person's, and so may what stands in brackets.

    Examples
    --------
    >>> hidden("张三丰"), hidden("甲社区党委(张三)"), hidden("甲公司"), hidden("F12")
    ('(not shown)', '甲社区党委', '甲公司', 'F12')
    """
    bare = re.sub(r"[(（][^()（）]*[)）]", "", fold(text)).strip() or fold(text)
    return "(not shown)" if _LIKE_PERSON.fullmatch(bare) and not bare.endswith(_ORGANISATIONS) else bare
