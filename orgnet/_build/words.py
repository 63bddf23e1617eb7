"""What the headings of lists of units and of ties mean: for each field its words, parted by spaces."""

from __future__ import annotations

UNIT_WORDS: dict[str, str] = {
    "unit_id": "id code node org_id unit post_ref 编码 代码 组织代码 党组织代码 党组织编号 dzzbh 机构id jgid "
    "单位编码 单位代码 组织编码 机构编码 机构代码 organisation_code organization_code organisation_id organization_id "
    "unit_code org_code",
    "name": "label 名称 组织名称 党组织名称 dzzmc 单位名称 企业名称 社会组织名称 机构名称 jgmc 党组织全称 全称 "
    "支部名称 organisation_name organization_name unit_name org_name organisation organization",
    "kind": "type 类型 类别 level_name org_type 党组织类别 党组织类型 dzzlxm 组织类别 组织类型 单位类型 单位类别 "
    "organisation_type organization_type unit_type",
    "superior_id": "superior parent parent_id parent_code reports_to 上级 上级编码 上级代码 上级组织 上级党组织 "
    "上级组织代码 上级党组织代码 上级组织编码 superior_code superior_organisation superior_organization "
    "superior_unit parent_organisation parent_organization parent_unit manager_id supervisor_id",
    "superior_name": "上级名称 上级组织名称 上级党组织名称 隶属上级党组织名称 隶属上级党组织 lssjdzzmc "
    "上级党委 上级单位 parent_name",
    "hosts": "覆盖单位 覆盖企业 联合单位 联建单位 依托单位 覆盖单位名称 host_units covered_units",
    "area": "区域 片区 辖区",
    "district": "区县",
    "subdistrict": "街道 乡镇 所属街道 所属乡镇 镇街",
    "community": "所属社区 社区 村居 所在社区 社区名称 neighbourhood neighborhood",
    "level": "层级 级别",
    "sector": "industry 行业 所属行业 行业门类",
    "members": "党员人数 党员数 党员总数 dzzdyrs party_members member_count number_of_members",
    "full_members": "正式党员数 正式党员人数 正式党员",
    "probationary": "预备党员数 预备党员人数",
    "staff": "headcount 从业人员数 职工人数 从业人员总数 员工数 从业人数 职工数 employees employee_count "
    "number_of_employees number_of_staff",
    "households": "户数 hs 总户数 number_of_households",
    "population": "人口数 常住人口 rs 人口 residents inhabitants",
    "has_party_org": "covered 是否覆盖 是否建立党组织 是否成立党组织 是否建党组织 has_party_organisation "
    "has_party_organization",
    "formation": "组建形式 党组织组建形式 建立形式",
    "fixed_premises": "固定场所 有固定场所 是否有固定场所",
    "status": "党组织状态 dzzzt 经营状态 年检结果 登记状态",
    "affiliation": "隶属关系",
    "host_situation": "党组织所在单位情况",
    "uscc": "统一社会信用代码 社会信用代码 信用代码 unified_social_credit_code credit_code",
    "old_code": "组织机构代码",
    "area_code": "区划代码 行政区划代码",
    "joint_units": "联合党支部覆盖单位数",
    "instructors": "选派党建工作指导员或联络员 党建指导员 党建指导员数",
    "no_party_reason": "未成立党组织原因 未建立党组织原因",
    "has_union": "是否建立工会",
    "has_league": "是否建立团组织",
    "founded": "成立时间 党组织成立时间 成立日期",
    "last_election": "换届日期 上次换届时间 换届时间",
    "term_end": "届满时间 届满日期",
    "grid_workers": "网格员数 专职网格员数",
    "capacity": "可提供量 资源清单",
    "demand": "需求量 需求清单",
    "funds": "经费",
    "building": "所在楼栋 所在楼宇",
    "grid_system": "兼属网格体系 其他网格编码 其他网格体系",
    "longitude": "经度",
    "latitude": "纬度",
    "floor_area": "建筑面积 用房面积",
    "union_members": "工会会员数 工会会员人数",
    "workers_joined": "本年新进人数 新进人数",
    "workers_left": "本年离职人数 离职人数",
    "workers_stayed": "满一年留任人数 留任人数",
    "certified": "持证人数 持证社工数",
    "trained": "本年参训人数 参训人数",
    "training_hours": "本年培训学时 培训学时",
    "promoted": "本年晋升人数 晋升人数",
    "pay_ratio": "薪酬与当地平均之比",
    "posts_approved": "核定岗位数 核定编制 编制数",
    "posts_filled": "在岗人数 实有人数",
    "full_time_posts": "专职岗位数",
    "mediation_bodies": "调解组织数",
    "disputes": "受理纠纷数 纠纷受理数",
    "disputes_settled": "按期化解纠纷数 化解纠纷数",
    "drills": "本年演练次数 演练次数",
    "seats": "联席议事席位数 席位数",
    "agenda_items": "提交议题数 议题数",
    "proposals_made": "提案数",
    "proposals_adopted": "采纳提案数 采纳数",
    "function_party": "党建功能",
    "function_governance": "社会治理功能",
    "function_relief": "社会救助功能",
}
TIE_WORDS: dict[str, str] = {
    "source": "from superior 上级 起点 甲方 起点编码",
    "target": "to 下级 终点 乙方 终点编码",
    "layer": "层 关系层",
    "tie_type": "relation 关系 关系类型",
    "weight": "strength 权重 次数 强度",
    "since": "start 开始 开始时间 起始时间",
    "until": "end 结束 结束时间 终止时间",
    "latency_days": "latency 时延 时延天数",
    "reliability": "可靠度",
}
HOST_WORDS = {
    "unit_id": "企业编码 企业代码 社会组织代码 社会组织编码 enterprise_code enterprise_id company_code company_id "
    "social_organisation_code social_organization_code",
    "name": "企业名称 社会组织名称 单位名称 机构名称 名称 name enterprise_name company_name firm_name "
    "social_organisation_name social_organization_name",
    "party_org": "党组织名称 所属党组织 所在党组织 党组织 党支部名称 所属党支部 覆盖党组织 dzzmc 支部名称 "
    "party_organisation party_organization party_branch party_organisation_name party_organization_name",
    "staff": "人数",
    "founded": "注册时间 登记时间",
    "building": "楼栋",
    "": "上级党组织 上级党组织名称 隶属上级党组织 隶属上级党组织名称 lssjdzzmc 上级党委 上级单位",  # not its own
}
PLACE_WORDS = {"population": "人数"}
