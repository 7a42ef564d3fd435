// What the writer has to say in English.
import type { Beat, Vocabulary } from "./vocabulary.ts";

const opening: readonly Beat[] = [
  {
    mood: "calm",
    time: "dawn",
    action: "Early morning, and hardly anybody in {place}. {a} comes in alone, sets down {a thing} and breathes out.",
    lines: [
      ["a", "Today is going to be different."],
      ["c", "You said that yesterday."],
      ["a", "Yesterday was a rehearsal."],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "{place} is crowded. {a} squeezes through with {a thing} and nearly knocks {c} over.",
    lines: [
      ["c", "Watch the road, not the sky."],
      ["a", "I was looking at the future."],
      ["c", "The future is standing on my foot."],
    ],
  },
  {
    mood: "tense",
    time: "night",
    action: "One lamp burns in {place}. {a} studies {a thing}. The phone rings.",
    lines: [
      ["a", "Hello? How do you know I am here?"],
      ["b", "The light is on. Nobody else forgets it so faithfully."],
    ],
  },
];

const meeting: readonly Beat[] = [
  {
    mood: "calm",
    time: "day",
    action: "{b} steps into {place} and reaches for {thing} just when {a} does. Both hands draw back.",
    lines: [
      ["b", "After you."],
      ["a", "No, after you."],
      ["c", "One more round of manners and it is mine."],
    ],
  },
  {
    mood: "joy",
    time: "dusk",
    action: "Evening sun in {place}. {b} sits down across from {a} and slides over a cup of tea.",
    lines: [
      ["b", "I hear that you are looking for help."],
      ["a", "I am looking for somebody reliable."],
      ["b", "What a pity. You will have to start with me."],
    ],
  },
  {
    mood: "tense",
    time: "night",
    action: "The door of {place} flies open and papers whirl. {b} catches the last one. On it is drawn {thing}.",
    lines: [
      ["b", "Where did you get this?"],
      ["a", "I was about to ask you."],
      ["b", "Then let us both keep quiet, and have some soup."],
    ],
  },
];

const trouble: readonly Beat[] = [
  {
    mood: "tense",
    time: "day",
    action: "{thing} is gone. {a} turns {place} upside down while {c} counts what falls out.",
    lines: [
      ["a", "It was right here!"],
      ["c", "So were your glasses, and they were on your nose."],
      ["b", "Calmly. Who left last?"],
      ["a", "You did."],
    ],
  },
  {
    mood: "tense",
    time: "dusk",
    action: "{c} brings bad news: {place} will be closed tomorrow. Nobody says a word.",
    lines: [
      ["c", "We have one night."],
      ["b", "One can do a lot in a night."],
      ["a", "Such as?"],
      ["b", "Such as blowing your nose first."],
    ],
  },
  {
    mood: "sad",
    time: "night",
    action: "{a} and {b} quarrel outside {place}, more and more softly, until only the rain is left.",
    lines: [
      ["a", "Why did you never tell me?"],
      ["b", "Each time you smiled I forgot what I had come to say."],
      ["a", "What sort of reason is that?"],
      ["b", "The only one I have."],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "The plan works perfectly, until {c} crosses {place} with three bowls of noodles and slips.",
    lines: [
      ["c", "The noodles are fine!"],
      ["a", "The plan is not."],
      ["b", "The noodles are fine? Then lunch first."],
    ],
  },
];

const turn: readonly Beat[] = [
  {
    mood: "tense",
    time: "night",
    action: "{b} turns {thing} over. There is small writing on the back, and {a} grows pale in the lamplight.",
    lines: [
      ["b", "This is your hand."],
      ["a", "I never wrote it."],
      ["c", "Then you are going to. Do not look at me, I am only guessing."],
    ],
  },
  {
    mood: "calm",
    time: "dawn",
    action: "It is getting light and {place} has gone quiet. At last {b} says what had to be said.",
    lines: [
      ["b", "I knew who you were on the very first day."],
      ["a", "And still you let me pay for the tea?"],
      ["b", "One has nothing to do with the other."],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "{c} storms into {place} waving {thing}, too fast, and circles a pillar once more before stopping.",
    lines: [
      ["c", "Found it! It was in my bag all the time!"],
      ["a", "We searched for three days."],
      ["c", "Nobody asked the bag."],
    ],
  },
];

const low: readonly Beat[] = [
  {
    mood: "sad",
    time: "night",
    action: "{a} sits alone on the steps of {place}, {thing} beside. Far away the lights go out one by one.",
    lines: [
      ["a", "Perhaps I am not made for this."],
      ["c", "I could not say. But those steps were painted an hour ago."],
    ],
  },
  {
    mood: "sad",
    time: "dusk",
    action: "{b} has packed, and looks back from the door of {place}. {a} runs up and says the wrong thing.",
    lines: [
      ["a", "Your umbrella."],
      ["b", "It is not raining."],
      ["a", "It will tomorrow. And the day after, I hope."],
    ],
  },
  {
    mood: "calm",
    time: "night",
    action: "The power fails. Three people sit around one candle in {place}, and none of them will give up first.",
    lines: [
      ["b", "At least nobody can see anybody cry."],
      ["c", "I am not crying. It is the smoke."],
      ["a", "The smoke is on my side."],
    ],
  },
];

const climax: readonly Beat[] = [
  {
    mood: "tense",
    time: "night",
    action: "One minute left. {a} stands in the middle of {place} holding {thing}, and everybody looks.",
    lines: [
      ["b", "You can still change your mind."],
      ["a", "I regret one thing only: that I did not come sooner."],
      ["c", "Three, two, would you two please hurry!"],
    ],
  },
  {
    mood: "tense",
    time: "dusk",
    action: "{a} reaches {place} at a run, with one shoe left. {b} is about to turn and go.",
    lines: [
      ["a", "Wait! I have one more thing to say!"],
      ["b", "Say it."],
      ["a", "Let me breathe first."],
      ["b", "I have waited years for that sentence."],
    ],
  },
  {
    mood: "joy",
    time: "day",
    action: "They have all come to {place}. {c} lifts {thing} high, and this time does not fall.",
    lines: [
      ["c", "Ladies and gentlemen, the truth!"],
      ["b", "You are holding it upside down."],
      ["c", "The truth has two sides."],
    ],
  },
];

const ending: readonly Beat[] = [
  {
    mood: "joy",
    time: "dawn",
    action: "A new day, and light in {place}. {a} and {b} stand side by side; {thing} lies on the window sill.",
    lines: [
      ["b", "Will today be different?"],
      ["a", "It need not be. It is good as it is."],
      ["c", "Does that go for breakfast, too? I am hungry."],
    ],
  },
  {
    mood: "calm",
    time: "dusk",
    action: "{a} puts {thing} into the hands of {b}, and together they watch the sun go down behind {place}.",
    lines: [
      ["a", "This is for you."],
      ["b", "And you?"],
      ["a", "I come with it. No returns."],
    ],
  },
  {
    mood: "joy",
    time: "night",
    action: "{place} shines with light. We rise above it, while three people go on arguing about the last dumpling.",
    lines: [
      ["c", "To be fair, I saw it first."],
      ["b", "To be fair, I made it."],
      ["a", "To be fair, it is gone."],
    ],
  },
];

export const english: Vocabulary = {
  leads: [
    {
      name: "Nora",
      voice: "woman",
      look: "a woman of 26, shoulder-length black hair, round face, pale yellow sweater, canvas bag",
    },
    { name: "Theo", voice: "man", look: "a man of 29, short hair, thin-rimmed glasses, dark grey trench coat" },
    {
      name: "Grace",
      voice: "woman",
      look: "a woman of 30, high ponytail, crisp white shirt, an old watch on her wrist",
    },
    { name: "Milo", voice: "man", look: "a man of 32, heavy eyebrows, denim jacket, left hand always in his pocket" },
  ],
  others: [
    {
      name: "Old Sam",
      voice: "old_man",
      look: "a man in his sixties, grey beard, blue apron, eyes that vanish when he laughs",
    },
    { name: "Pip", voice: "boy", look: "a boy of ten, one front tooth missing, red cap, a plaster on his knee" },
    {
      name: "Mrs Finch",
      voice: "old_woman",
      look: "a woman of 70, silver hair in a bun, flowered blouse, a bamboo cane",
    },
    {
      name: "Wren",
      voice: "girl",
      look: "a girl of twelve, two braids, blue school coat, a backpack larger than herself",
    },
  ],
  known: (thing) => thing.replace(/^an? /, "the "),
  genres: {
    romance: {
      roles: ["cheerful, and always late", "sharp of tongue, soft of heart", "the neighbour who sees it all"],
      places: [
        "the corner noodle shop",
        "the old bookshop",
        "the seaside station",
        "the roof garden",
        "the bus stop in the rain",
        "the bench by the river",
      ],
      things: ["a letter that was never sent", "half a photograph", "an old umbrella", "a box of cassettes"],
      own: {
        meeting: [
          {
            mood: "joy",
            time: "day",
            action:
              "In front of {place} {a}'s bicycle loses its chain. {b} kneels down to help; the parts grow in number.",
            lines: [
              ["a", "You know about bicycles?"],
              ["b", "Nothing. But I could not let you look helpless alone."],
            ],
          },
        ],
      },
    },
    mystery: {
      roles: [
        "a reporter who does not believe in chance",
        "a watchmaker who knows too much",
        "a small witness who is always there",
      ],
      places: [
        "the silent clock tower",
        "the archive",
        "the old lift",
        "the warehouse at the docks",
        "the empty theatre",
        "the house on the hill",
      ],
      things: [
        "a watch that stopped at nine",
        "a key without a lock",
        "a blank ticket",
        "a ledger with a page torn out",
      ],
      own: {
        turn: [
          {
            mood: "tense",
            time: "night",
            action: "The lights of {place} flicker three times. {a} looks at {thing} and suddenly understands.",
            lines: [
              ["a", "He forgot that no clock in this place is right."],
              ["b", "They are five minutes fast."],
              ["a", "And those five minutes are all we need."],
            ],
          },
        ],
      },
    },
    comedy: {
      roles: [
        "the boss with a thousand ideas",
        "the accountant who has a table for everything",
        "the relative who came for dinner",
      ],
      places: [
        "the failing dumpling house",
        "the village square",
        "the room behind the wedding",
        "the studio",
        "the second-hand furniture shop",
        "the car park",
      ],
      things: ["the family recipe", "a parrot that talks", "a parcel for somebody else", "a winning ticket"],
      own: {
        trouble: [
          {
            mood: "joy",
            time: "day",
            action: "In {place} {a} unveils {thing} before everybody. Behind the curtain {c} is taking a nap.",
            lines: [
              ["a", "Behold our new product!"],
              ["c", "Five more minutes."],
              ["b", "That is not in the table."],
            ],
          },
        ],
      },
    },
    fantasy: {
      roles: [
        "an apprentice who took the wrong stairs",
        "a keeper of lamps, dismissed from heaven",
        "a guide who claims to be a thousand",
      ],
      places: [
        "the market on the clouds",
        "the river that runs backwards",
        "the inn that walks",
        "the library behind the moon",
        "the bridge of scales",
        "the warehouse of stars",
      ],
      things: ["a lamp that never goes out", "a seed that sings", "a dragon's scale", "a bottle of yesterday's wind"],
      own: {
        climax: [
          {
            mood: "tense",
            time: "night",
            action:
              "{place} begins to crumble. {a} raises {thing}, and light pours out between the fingers over all the sky.",
            lines: [
              ["b", "If you use it, you can never go back!"],
              ["a", "Then I will not. My homework is not done anyway."],
            ],
          },
        ],
      },
    },
    drama: {
      roles: ["back home after many years", "the friend who stopped talking", "the old hand who kept the shop"],
      places: [
        "the tea house in the old street",
        "the hospital corridor",
        "the yard of the family house",
        "the slow train",
        "the school field",
        "the repair shop",
      ],
      things: ["father's radio", "an old certificate", "a bowl of cold porridge", "a ring of old keys"],
      own: {
        low: [
          {
            mood: "sad",
            time: "dusk",
            action: "In {place} {a} opens {thing} and finds the words that should have been heard years ago.",
            lines: [
              ["a", "He was waiting for me to ask."],
              ["b", "He never looked at the clock when he waited for people."],
            ],
          },
        ],
      },
    },
  },
  beats: { opening, meeting, trouble, turn, low, climax, ending },
  titles: ["{subject}", "{subject}, more or less", "{subject}, and what came of it"],
  loglines: [
    '{a} only wanted a quiet life; then {a thing} led to {b}, and that was that. It begins with "{subject}".',
    'Of "{subject}" {a} knows one half and {b} the other, and {c} happens to know both.',
  ],
  episodeTitles: [
    "The door opens",
    "That one",
    "Who took it",
    "A true word",
    "The long night",
    "One minute left",
    "Lights on",
    "Unsaid",
    "A reason for rain",
    "The third bowl",
  ],
  summary: {
    first: "{a} comes by {a thing} and meets {b}, and {c} begins to guess.",
    middle: "{a} and {b} come closer to the answer and to each other, which is when it goes wrong.",
    last: "What had to be said is said, and {thing} finds its place.",
    only: "{a}, {b} and {c} make a great fuss about {a thing}, and in the end nobody has lost.",
  },
};
