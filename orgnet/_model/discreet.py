"""What a finding or a table may show of a cell: nothing that may be the name of a person."""

from __future__ import annotations

import re

from orgnet._model.reading import fold

_LIKE_PERSON = re.compile("[\u4e00-\u9fff·]{2,4}")
_ORGANISATIONS = tuple("司心委会部社局院校所厂店队格楼幢组站行团办处园馆业室库户街镇乡村区县市省联盟")
_LONG_ORGANISATIONS = (*_ORGANISATIONS, *"支厦场苑城府科台层元片门矿港")  # ends that a long name may have
_ENDS_IN_WORDS = re.compile("[\u4e00-\u9fff·]{2}$")

# The names of persons in text that is kept: a common surname, and one to three characters that make no other word.
_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康"
    "施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成"
    "苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫"
)
_NO_NAMES = (
    *("常务", "常委", "常设", "纪检", "纪律", "安全", "安保", "武装", "卫生", "应急", "全职", "计生", "管理", "文体"),
    *("文化", "文明", "文旅", "文书", "文秘", "文教", "康养", "康复", "金融", "党务", "党建", "党政", "党群", "党员"),
    *("高新", "高级", "成员", "时任", "关爱", "关工", "包片", "包联", "任职", "司法", "司机", "向导", "路段", "车队"),
    *("房管", "房屋", "游客", "单位", "单元", "单独", "连任", "项目", "方案", "解放", "宁波", "温州", "金华", "农业"),
    *("农村", "农林", "农技", "水利", "林业", "田间", "万元", "左右", "华侨", "江南", "江北", "城管", "易地", "石化"),
)
_BODIES = (
    *(
        "局",
        "办",
        "委",
        "会",
        "站",
        "所",
        "队",
        "院",
        "处",
        "科",
        "部",
        "中心",
        "街道",
        "社区",
        "公司",
        "镇",
        "乡",
        "村",
    ),
    *("区", "县", "市", "省", "组", "厅", "校", "厂", "店", "行", "团", "室", "网格", "总支", "支部", "联盟", "小区"),
)
_HAN = "[\u4e00-\u9fff]"
_SEAT = "(?:书记|主任|委员|干部|领导|法人|干事|理事|监事|代表|专员|助理|秘书|长|员)"
_END = r"(?=$|[\s、,，;；|()（）])"
_AFTER_SEAT = re.compile(rf"({_SEAT})[\s:：—-]+({_HAN}{{2,4}}?)(?:同志)?{_END}")
_IN_BRACKETS = re.compile(
    rf"\s*[(（\[【]\s*({_HAN}{{2,4}}?)\s*(?:同志)?(?:主持|召集|记录|主讲|带队|负责|参加|兼)?\s*[)）\]】]"
)
_BETWEEN = re.compile(r"([、,，;；\n|])")


def hidden(text: str) -> str:
    """Return a text as a finding may show it: what may be the name of a person is not shown.

    Two to four Chinese characters that end like no organisation may be a person's, what stands in brackets may be, and
    so may the end of a longer text that ends in Chinese words, and like no organisation.

    Examples
    --------
    >>> hidden("张三丰"), hidden("甲社区党委(张三)"), hidden("甲公司"), hidden("F12"), hidden("甲社区居委会张三")
    ('(not shown)', '甲社区党委', '甲公司', 'F12', '(not shown)')
    """
    bare = re.sub(r"[(（][^()（）]*[)）]", "", fold(text)).strip() or fold(text)
    person = _LIKE_PERSON.fullmatch(bare) and not bare.endswith(_ORGANISATIONS)
    behind = _ENDS_IN_WORDS.search(bare) and not bare.endswith(_LONG_ORGANISATIONS)
    return "(not shown)" if person or behind else bare


def like_name(text: str) -> bool:
    """Return whether a text is like the name of a person: a common surname, and no word of an organisation or duty.

    Examples
    --------
    >>> [like_name(text) for text in ("李建国", "欧阳建国", "民政局", "街道办", "常务", "高新区", "兼职")]
    [True, True, False, False, False, False, False]
    """
    word = fold(text)
    known = word.startswith((*_SURNAMES, "诸葛", "上官", "皇甫", "尉迟", "慕容", "夏侯"))
    return (
        bool(re.fullmatch(f"{_HAN}{{2,4}}", word))
        and known
        and not word.startswith(_NO_NAMES)
        and (not word.endswith(_BODIES))
    )


def without_names(text: str) -> str:
    """Return a text without the names of persons that stand in brackets, or behind the word of a seat.

    Examples
    --------
    >>> [without_names(text) for text in ("委员 王小明", "主任（张三）", "主任（兼职）", "委员 组织")]
    ['委员', '主任', '主任（兼职）', '委员 组织']
    """
    text = _IN_BRACKETS.sub(lambda found: "" if like_name(found[1]) else found[0], text)
    return _AFTER_SEAT.sub(lambda found: found[1] if like_name(found[2]) else found[0], text)


def bodies_only(text: str) -> str:
    """Return a text that names organisations, without the parts of it that are like the name of a person.

    Examples
    --------
    >>> bodies_only("民政局、李建国"), bodies_only("李建国")
    ('民政局', '')
    """
    parts = _BETWEEN.split(without_names(text))
    kept = [place for place in range(0, len(parts), 2) if parts[place].strip() and not like_name(parts[place])]
    return "".join(
        parts[place] if number == 0 else parts[place - 1] + parts[place] for number, place in enumerate(kept)
    )
