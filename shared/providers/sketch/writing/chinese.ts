// What the writer has to say in Chinese.
import type { Beat, Vocabulary } from "./vocabulary.ts";

const opening: readonly Beat[] = [
  {
    mood: "calm",
    time: "dawn",
    action: "清晨，{place}还没什么人。{a}一个人走进来，把{a thing}轻轻放下，长出一口气。",
    lines: [
      ["a", "今天一定会不一样。"],
      ["c", "这句话你昨天也说过。"],
      ["a", "昨天是练习。"],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "{place}里热热闹闹，{a}抱着{a thing}从人群里挤出来，差点撞倒{c}。",
    lines: [
      ["c", "走路看前面，别看天。"],
      ["a", "我在看未来。"],
      ["c", "未来在你脚底下，踩着我的鞋。"],
    ],
  },
  {
    mood: "tense",
    time: "night",
    action: "夜里的{place}只亮着一盏灯。{a}低头看着{a thing}，手机忽然响了。",
    lines: [
      ["a", "喂？……你怎么知道我在这里？"],
      ["b", "因为灯亮着，而且只有你会忘记关。"],
    ],
  },
];

const meeting: readonly Beat[] = [
  {
    mood: "calm",
    time: "day",
    action: "{b}出现在{place}门口，和{a}同时伸手去拿{thing}，两只手碰在一起，又同时缩了回去。",
    lines: [
      ["b", "你先。"],
      ["a", "你先。"],
      ["c", "再让下去，就归我了。"],
    ],
  },
  {
    mood: "joy",
    time: "dusk",
    action: "夕阳照进{place}。{b}坐到{a}对面，把一杯热茶推过来。",
    lines: [
      ["b", "听说你在找人帮忙？"],
      ["a", "我在找一个靠谱的人。"],
      ["b", "那可惜了，你只能先用我。"],
    ],
  },
  {
    mood: "tense",
    time: "night",
    action: "{place}的门被推开，风把纸吹了一地。{b}弯腰帮{a}捡起最后一张，上面正是{thing}。",
    lines: [
      ["b", "这个东西，你从哪里来的？"],
      ["a", "这话该我问你。"],
      ["b", "好，那我们谁都别说，先喝碗汤。"],
    ],
  },
];

const trouble: readonly Beat[] = [
  {
    mood: "tense",
    time: "day",
    action: "{thing}不见了。{a}把{place}翻了个底朝天，{c}站在一旁数着掉下来的东西。",
    lines: [
      ["a", "它刚才还在这里！"],
      ["c", "你上次找眼镜也是这么喊的，眼镜就在你头上。"],
      ["b", "先别急。谁最后一个离开的？"],
      ["a", "……是你。"],
    ],
  },
  {
    mood: "tense",
    time: "dusk",
    action: "{c}带来一个坏消息：{place}明天就要关门。三个人谁也没有说话。",
    lines: [
      ["c", "只剩一个晚上。"],
      ["b", "一个晚上够做很多事。"],
      ["a", "比如？"],
      ["b", "比如先把眼泪擦干，再想办法。"],
    ],
  },
  {
    mood: "sad",
    time: "night",
    action: "{a}和{b}在{place}外面吵了起来，声音越来越小，最后只剩下雨声。",
    lines: [
      ["a", "你为什么不早告诉我？"],
      ["b", "因为你一笑，我就忘了要说什么。"],
      ["a", "这算什么理由。"],
      ["b", "我唯一的理由。"],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "计划进行得很顺利，直到{c}端着三碗面，在{place}中间滑了一跤。",
    lines: [
      ["c", "面没事！"],
      ["a", "计划有事。"],
      ["b", "面真的没事？那先吃面。"],
    ],
  },
];

const turn: readonly Beat[] = [
  {
    mood: "tense",
    time: "night",
    action: "{b}把{thing}翻过来，背面写着一行小字。灯光下，{a}的脸色变了。",
    lines: [
      ["b", "这是你的字。"],
      ["a", "可我从来没有写过。"],
      ["c", "那就是将来的你写的。别看我，我只是猜。"],
    ],
  },
  {
    mood: "calm",
    time: "dawn",
    action: "天快亮了，{place}安静下来。{b}终于说出了藏了很久的话。",
    lines: [
      ["b", "其实第一天见面，我就认出你了。"],
      ["a", "那你还收我的茶钱？"],
      ["b", "一码归一码。"],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "{c}举着{thing}冲进{place}，跑得太快，绕着柱子多转了一圈才停下。",
    lines: [
      ["c", "找到了！一直在我包里！"],
      ["a", "我们找了三天三夜。"],
      ["c", "你们又没问包。"],
    ],
  },
];

const low: readonly Beat[] = [
  {
    mood: "sad",
    time: "night",
    action: "{a}独自坐在{place}的台阶上，旁边放着{thing}。远处的灯一盏一盏地灭了。",
    lines: [
      ["a", "也许我真的不适合做这件事。"],
      ["c", "你适不适合我不知道。不过你坐的台阶刚刷过漆。"],
    ],
  },
  {
    mood: "sad",
    time: "dusk",
    action: "{b}收拾好行李，在{place}门口回头看了一眼。{a}追出来，却只说了一句不相干的话。",
    lines: [
      ["a", "你的伞。"],
      ["b", "今天没有雨。"],
      ["a", "明天会有。……后天也会有。"],
    ],
  },
  {
    mood: "calm",
    time: "night",
    action: "停电了。三个人围着一支蜡烛坐在{place}里，谁也不肯先认输。",
    lines: [
      ["b", "至少现在谁也看不见谁哭。"],
      ["c", "我没有哭，是蜡烛熏的。"],
      ["a", "蜡烛在我这边。"],
    ],
  },
];

const climax: readonly Beat[] = [
  {
    mood: "tense",
    time: "night",
    action: "时间只剩一分钟。{a}站在{place}正中，双手捧着{thing}，所有人都看着这里。",
    lines: [
      ["b", "现在后悔还来得及。"],
      ["a", "我这辈子就后悔过一件事：没有早点来。"],
      ["c", "三、二……你们倒是快点啊！"],
    ],
  },
  {
    mood: "tense",
    time: "dusk",
    action: "{a}一路跑到{place}，鞋跑丢了一只。{b}正要转身离开。",
    lines: [
      ["a", "等一下！我还有一句话！"],
      ["b", "说。"],
      ["a", "让我先喘口气。"],
      ["b", "这一句，我等了很久。"],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "所有人都聚到{place}。{c}高高举起{thing}，这一次没有摔倒。",
    lines: [
      ["c", "各位，真相只有一个！"],
      ["b", "你拿反了。"],
      ["c", "真相有两面。"],
    ],
  },
];

const ending: readonly Beat[] = [
  {
    mood: "joy",
    time: "dawn",
    action: "新的一天，{place}又亮了起来。{a}和{b}并肩站着，{thing}就放在窗台上。",
    lines: [
      ["b", "今天会不一样吗？"],
      ["a", "不用不一样。这样就很好。"],
      ["c", "那早饭也照旧？我饿了。"],
    ],
  },
  {
    mood: "calm",
    time: "dusk",
    action: "{a}把{thing}交到{b}手里，两人一起看着太阳落到{place}后面。",
    lines: [
      ["a", "这个送给你。"],
      ["b", "那你呢？"],
      ["a", "我顺便也送给你，不退不换。"],
    ],
  },
  {
    mood: "joy",
    time: "night",
    action: "{place}里灯火通明。镜头慢慢升起，三个人还在为最后一个饺子争个不停。",
    lines: [
      ["c", "讲道理，是我先看见的。"],
      ["b", "讲道理，是我包的。"],
      ["a", "讲道理，已经没有了。"],
    ],
  },
];

export const chinese: Vocabulary = {
  leads: [
    { name: "林小满", voice: "woman", look: "二十六岁的女子，齐肩黑发，圆脸，浅黄色毛衣，帆布包" },
    { name: "陈默", voice: "man", look: "二十九岁的男子，短发，细框眼镜，深灰色风衣" },
    { name: "苏晴", voice: "woman", look: "三十岁的女子，高马尾，利落的白衬衫，手腕上一块旧表" },
    { name: "顾北", voice: "man", look: "三十二岁的男子，浓眉，牛仔外套，左手总插在口袋里" },
  ],
  others: [
    { name: "老周", voice: "old_man", look: "六十多岁的老人，花白胡子，蓝布围裙，笑起来眼睛成一条线" },
    { name: "阿豆", voice: "boy", look: "十岁的男孩，缺一颗门牙，红色棒球帽，膝盖上贴着创可贴" },
    { name: "方奶奶", voice: "old_woman", look: "七十岁的老太太，银发挽成髻，碎花布衫，拄一根竹杖" },
    { name: "许念", voice: "girl", look: "十二岁的女孩，两条辫子，蓝色校服，背着比人还大的书包" },
  ],
  known: (thing) => thing.replace(/^一/u, "那"),
  genres: {
    romance: {
      roles: ["开朗却总迟到的主角", "嘴硬心软的对手，后来的心上人", "什么都看在眼里的邻居"],
      places: ["街角的面馆", "旧书店", "海边车站", "天台花园", "雨里的公交站", "江边长椅"],
      things: ["一封没有寄出的信", "半张合影", "一把旧伞", "一盒录音带"],
      own: {
        meeting: [
          {
            mood: "joy",
            time: "day",
            action: "{place}前，{a}的自行车掉了链子。{b}蹲下来修，越修零件越多。",
            lines: [
              ["a", "你会修车？"],
              ["b", "不会。但我不能看你一个人狼狈。"],
            ],
          },
        ],
      },
    },
    mystery: {
      roles: ["不信巧合的记者", "知道太多的修表匠", "总在现场的小证人"],
      places: ["停摆的钟楼", "档案室", "老电梯里", "码头仓库", "无人的剧院", "半山旧宅"],
      things: ["一只停在九点的怀表", "一把没有锁的钥匙", "一张空白的车票", "一本缺了一页的账簿"],
      own: {
        turn: [
          {
            mood: "tense",
            time: "night",
            action: "{place}的灯闪了三下。{a}看着{thing}，忽然明白，凶手少算了一件事。",
            lines: [
              ["a", "他忘了，这里的钟从来不准。"],
              ["b", "快五分钟。"],
              ["a", "对，就是这五分钟。"],
            ],
          },
        ],
      },
    },
    comedy: {
      roles: ["满脑子点子的老板", "事事要按表来的会计", "来蹭饭的亲戚"],
      places: ["快倒闭的饺子馆", "小区广场", "婚礼后台", "直播间", "二手家具店", "停车场"],
      things: ["祖传的秘方", "一只会说话的鹦鹉", "写错地址的快递", "一张中奖的彩票"],
      own: {
        trouble: [
          {
            mood: "joy",
            time: "day",
            action: "{a}在{place}里当众展示{thing}，幕布一拉开，后面是正在睡午觉的{c}。",
            lines: [
              ["a", "请看我们的新产品！"],
              ["c", "再睡五分钟……"],
              ["b", "表上没有这一项。"],
            ],
          },
        ],
      },
    },
    fantasy: {
      roles: ["误入云上世界的学徒", "被贬下凡的守灯人", "自称千岁的向导"],
      places: ["云上集市", "倒流的河", "会走路的客栈", "月亮背面的图书馆", "龙鳞桥", "星星仓库"],
      things: ["一盏不灭的灯", "一颗会唱歌的种子", "一枚龙鳞", "一瓶昨天的风"],
      own: {
        climax: [
          {
            mood: "tense",
            time: "night",
            action: "{place}开始崩落。{a}举起{thing}，光从指缝里漏出来，照亮了整片天。",
            lines: [
              ["b", "用了它，你就回不去了！"],
              ["a", "那就不回去，反正作业也没写完。"],
            ],
          },
        ],
      },
    },
    drama: {
      roles: ["回到家乡的主角", "多年没有说话的老朋友", "守着老店的长辈"],
      places: ["老街茶铺", "县医院走廊", "祖屋的院子", "绿皮火车上", "学校操场", "修理铺"],
      things: ["父亲留下的收音机", "一张旧奖状", "一碗凉了的粥", "一串老钥匙"],
      own: {
        low: [
          {
            mood: "sad",
            time: "dusk",
            action: "{a}在{place}打开{thing}，里面是一句很多年前就该听见的话。",
            lines: [
              ["a", "原来他一直都在等我问。"],
              ["b", "他这个人，等人从来不看表。"],
            ],
          },
        ],
      },
    },
  },
  beats: { opening, meeting, trouble, turn, low, climax, ending },
  titles: ["{subject}", "{subject}的人", "遇见{subject}", "{subject}之后"],
  loglines: [
    "{a}本想过平静的日子，却因为{a thing}遇见了{b}，从此再也平静不下来。故事从“{subject}”说起。",
    "关于“{subject}”，{a}只知道一半，另一半在{b}手里，而{c}偏偏两半都知道。",
  ],
  episodeTitles: [
    "门开了",
    "那个人",
    "谁拿走了它",
    "一句真话",
    "长夜",
    "最后一分钟",
    "灯又亮了",
    "没有说完的话",
    "下雨的理由",
    "第三碗面",
  ],
  summary: {
    first: "{a}得到了{a thing}，也认识了{b}；{c}在一旁看出了一点苗头。",
    middle: "{a}和{b}离答案近了一步，离对方也近了一步，偏偏这时出了岔子。",
    last: "该说的话终于说出口，{thing}也有了归宿。",
    only: "{a}、{b}和{c}为了{a thing}闹了一场，最后谁也没有输。",
  },
};
