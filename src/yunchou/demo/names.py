"""Invented names: nobody and no company is meant."""

from yunchou.demo.streams import Streams

_SURNAMES = (
    "王 wang|李 li|张 zhang|刘 liu|陈 chen|杨 yang|黄 huang|赵 zhao|吴 wu|周 zhou|徐 xu|孙 sun|马 ma|朱 zhu|胡 hu|郭 guo|何 he|"
    "林 lin|高 gao|罗 luo|郑 zheng|梁 liang|谢 xie|宋 song|唐 tang|许 xu|邓 deng|韩 han|冯 feng|曹 cao|彭 peng|曾 zeng|肖 xiao|"
    "田 tian|董 dong|潘 pan|袁 yuan|蔡 cai|蒋 jiang|余 yu|于 yu|杜 du|叶 ye|程 cheng|魏 wei|苏 su|吕 lv|丁 ding|任 ren|卢 lu|"
    "姚 yao|沈 shen|钟 zhong|姜 jiang|崔 cui|谭 tan|陆 lu|范 fan|汪 wang|廖 liao|石 shi|金 jin|贾 jia|夏 xia|方 fang|邹 zou"
)
_GIVEN = (
    "伟 wei|芳 fang|敏 min|静 jing|磊 lei|洋 yang|勇 yong|艳 yan|杰 jie|娟 juan|涛 tao|明 ming|超 chao|霞 xia|平 ping|刚 gang|"
    "桂 gui|文 wen|辉 hui|玲 ling|健 jian|丽 li|峰 feng|婷 ting|宇 yu|浩 hao|欣 xin|怡 yi|佳 jia|雨 yu|晨 chen|梓 zi|涵 han|"
    "思 si|嘉 jia|子 zi|俊 jun|睿 rui|博 bo|志 zhi|国 guo|海 hai|晓 xiao|雪 xue|琳 lin|颖 ying|凯 kai|鹏 peng|龙 long|宁 ning|"
    "瑶 yao|诗 shi|若 ruo|一 yi|铭 ming|航 hang|远 yuan|清 qing|安 an|乐 le|泽 ze|昊 hao|然 ran|卓 zhuo|依 yi|可 ke|冰 bing|"
    "蕾 lei|薇 wei|斌 bin|波 bo|建 jian|立 li|成 cheng|新 xin|亮 liang|强 qiang|毅 yi|林 lin|天 tian|永 yong|春 chun|秋 qiu|悦 yue"
)

# First and second characters of an invented company word, chosen so that no household name comes out of them.
_FIRST = "澜翊沐衡昶暄岚砺珩澔泓熠翎骁屹峤璟曜筠溪榆桉萤沄霁铎钧锦翰瀚聿禾穗稷芮茗荟蔚葭蘅蓁阡陌岱嵘崧峪岫垣坤埔"
_SECOND = "辰拓启科尚佑庭川洲原野朗明川逸致信诚邦域图策航帆桥驰骏跃升达创研智维识联汇融合川泽润源沛森木林叶蕾芯"
_THIRD = "益盛隆嘉美佳和顺鼎元"

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "制造": ("精密制造", "智能装备", "汽车零部件", "电子", "新材料", "机械"),
    "政企": ("城市服务", "公共事业", "产业园运营", "水务", "轨道交通服务", "政务服务"),
    "金融": ("融资租赁", "商业保理", "保险经纪", "小额贷款", "金融科技", "资产管理"),
    "医疗": ("医疗器械", "医院管理", "生物技术", "康复医疗", "体检服务", "医药"),
    "教育": ("教育科技", "职业教育", "教育咨询", "文化传播", "培训", "教育装备"),
    "零售": ("商贸", "食品", "连锁零售", "家居", "服饰", "电子商务"),
    "物流": ("物流", "供应链管理", "仓储服务", "冷链", "货运", "速运"),
    "能源": ("新能源", "电力工程", "环保科技", "光伏", "燃气", "节能技术"),
}
INDUSTRY_NAMES = tuple(INDUSTRIES)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((pair.split(" ")[0], pair.split(" ")[1]) for pair in text.split("|"))


SURNAMES, GIVEN = _pairs(_SURNAMES), _pairs(_GIVEN)
FIRST, SECOND = "".join(dict.fromkeys(_FIRST)), "".join(dict.fromkeys(_SECOND))
WORDS = len(FIRST) * len(SECOND)


class PersonNames:
    """Gives each new person a name and a user name that nobody here had before."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._names: set[str] = set()
        self._users: dict[str, int] = {}

    def name(self, key: int, chain: int) -> tuple[str, str]:
        """Return name and user name of the person who is number ``chain`` in seat ``key``."""
        attempt = 0
        while True:
            u = self._streams.uniform("people.name", key, chain, attempt, [0, 1, 2, 3])
            surname = SURNAMES[int(u[0] ** 1.6 * len(SURNAMES))]  # the first of the list are the commonest
            given = [GIVEN[int(u[1] * len(GIVEN))]]
            if u[3] < 0.78:  # most given names have two characters
                given.append(GIVEN[int(u[2] * len(GIVEN))])
            name = surname[0] + "".join(part[0] for part in given)
            if name not in self._names and len({part[0] for part in given}) == len(given):
                break
            attempt += 1
        self._names.add(name)
        user = f"{surname[1]}.{''.join(part[1] for part in given)}"
        taken = self._users.get(user, 0)
        self._users[user] = taken + 1
        return name, user if taken == 0 else f"{user}{taken + 1}"


def account_name(city: str, start: int, number: int, industry: str, pick: int) -> str:
    """Return the name of the ``number``-th account of a city: no two of one city and industry word agree.

    ``start`` is where the city's walk through the words begins.
    """
    rounds, place = divmod(number, WORDS)
    # A step coprime with the count walks through all words once before any returns.
    word = (place * 1_009 + start) % WORDS
    text = FIRST[word // len(SECOND)] + SECOND[word % len(SECOND)]
    if rounds:
        text += _THIRD[(rounds - 1) % len(_THIRD)]
    return f"{city}{text}{INDUSTRIES[industry][pick]}有限公司"
