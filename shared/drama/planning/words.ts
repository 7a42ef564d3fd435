// What models of pictures and videos are told: our sentences, with what a writer has said between them as plain words of bounded length.
import type { Language } from "../../ports/wishes.ts";
import type { FilmedScene, FilmedShot, Person } from "./film.ts";
import { joined, plain } from "./plain.ts";

/** UTF-16 units; far within what a request may hold, in any script. */
const LONGEST = 1500;
const limits = { seen: 320, place: 60, look: 180, name: 40, style: 160 } as const;
/** More would only be mixed up. */
const MOST_PEOPLE = 4;

export interface Told {
  /** What it shows, in a few words. */
  prompt: string;
  /** All that a model is told. */
  instruction: string;
}

export interface Words {
  language: Language;
  /** How everything looks. */
  style: string;
  /** UTF-16 units that the model takes. */
  most: number;
  /** Less of it, in milder words. */
  isSoft: boolean;
}

interface Sentences {
  portrait: string;
  mildPortrait: string;
  still: string;
  clip: string;
  mildClip: string;
  looks(name: string, look: string): string;
  pictures(names: string): string;
  seen(text: string): string;
  place(place: string, time: string): string;
  mood(mood: string): string;
  style(style: string): string;
  noWords: string;
  times: Readonly<Record<FilmedScene["time"], string>>;
  moods: Readonly<Record<FilmedScene["mood"], string>>;
  and: string;
}

const sentences: Readonly<Record<Language, Sentences>> = {
  zh: {
    portrait: "一部短剧的人物定妆照：一个人，半身，面向镜头，背景素净。",
    mildPortrait: "一幅平和的人物肖像：一个人，衣着整齐，神情自然，背景素净。",
    still: "一部短剧的一个镜头画面，电影质感。",
    clip: "让这幅画面动起来，动作自然，镜头缓慢，人物长相不变。",
    mildClip: "画面轻轻动起来，镜头缓慢推近。",
    looks: (name, look) => `${name}的样子：${look}。`,
    pictures: (names) => `参考图依次是：${names}，长相与参考图一致。`,
    seen: (text) => `画面内容：${text}`,
    place: (place, time) => `地点：${place}，${time}。`,
    mood: (mood) => `气氛：${mood}。`,
    style: (style) => `风格：${style}。`,
    noWords: "画面中没有文字。",
    times: { day: "白天", night: "夜晚", dawn: "清晨", dusk: "黄昏" },
    moods: { calm: "平静", tense: "紧张", joy: "欢快", sad: "忧伤" },
    and: "、",
  },
  en: {
    portrait: "Character portrait for a short film: one person, half length, facing the camera, plain background.",
    mildPortrait: "A friendly portrait: one person, fully dressed, at ease, plain background.",
    still: "One frame of a short film, cinematic.",
    clip: "The picture comes alive: natural movement, a slow camera, faces stay as they are.",
    mildClip: "The picture moves gently, the camera comes slowly closer.",
    looks: (name, look) => `${name} looks like this: ${look}.`,
    pictures: (names) => `The pictures show, in this order: ${names}. Their faces stay the same.`,
    seen: (text) => `What is seen: ${text}`,
    place: (place, time) => `Place: ${place}, ${time}.`,
    mood: (mood) => `Mood: ${mood}.`,
    style: (style) => `Style: ${style}.`,
    noWords: "No words in the picture.",
    times: { day: "by day", night: "at night", dawn: "at dawn", dusk: "at dusk" },
    moods: { calm: "calm", tense: "tense", joy: "joyful", sad: "sad" },
    and: ", ",
  },
};

export function portraitWords({ name, look }: Person, words: Words): Told {
  const say = sentences[words.language];
  const looks = say.looks(plain(name, limits.name), ended(plain(look, limits.look)));
  const pieces = [words.isSoft ? say.mildPortrait : say.portrait, looks, styleOf(words), say.noWords];
  return { prompt: plain(name, limits.name) || say.portrait, instruction: told(pieces, words) };
}

/** `people`: who is in it, the most important first. `pictured`: those of them whose pictures are shown to the model, in that order. */
export function stillWords(
  shot: FilmedShot,
  scene: FilmedScene,
  people: readonly Person[],
  pictured: readonly Person[],
  words: Words,
): Told {
  const say = sentences[words.language];
  const nameOf = ({ name }: Person) => plain(name, limits.name);
  const looks = people
    .slice(0, MOST_PEOPLE)
    .map((each) => say.looks(nameOf(each), ended(plain(each.look, limits.look))));
  const pieces = [
    say.still,
    words.isSoft ? "" : say.seen(plain(shot.seen, limits.seen)),
    placeOf(scene, say),
    pictured.length > 0 ? say.pictures(pictured.map(nameOf).join(say.and)) : "",
    ...looks,
    say.mood(say.moods[words.isSoft ? "calm" : scene.mood]),
    styleOf(words),
    say.noWords,
  ];
  return { prompt: promptOf(shot, scene, words), instruction: told(pieces, words) };
}

export function clipWords(shot: FilmedShot, scene: FilmedScene, words: Words): Told {
  const say = sentences[words.language];
  const pieces = words.isSoft
    ? [say.mildClip, placeOf(scene, say)]
    : [
        say.clip,
        say.seen(plain(shot.seen, limits.seen)),
        placeOf(scene, say),
        say.mood(say.moods[scene.mood]),
        styleOf(words),
        say.noWords,
      ];
  return { prompt: promptOf(shot, scene, words), instruction: told(pieces, words) };
}

export function musicWords(title: string, mood: FilmedScene["mood"], language: Language, most: number): string {
  const say = sentences[language];
  return joined([plain(title, limits.place), say.mood(say.moods[mood])], most);
}

function promptOf({ seen }: FilmedShot, { place }: FilmedScene, { language, most, isSoft }: Words): string {
  const what = plain(seen, Math.min(limits.seen, most));
  const where = plain(place, Math.min(limits.place, most));
  return (isSoft ? where || what : what || where) || sentences[language].still.slice(0, most);
}

function placeOf({ place, time }: FilmedScene, say: Sentences): string {
  return say.place(plain(place, limits.place), say.times[time]);
}

function styleOf({ language, style }: Words): string {
  const said = plain(style, limits.style);
  return said === "" ? "" : sentences[language].style(ended(said));
}

/** Our sentence has a full stop of its own. */
function ended(text: string): string {
  return text.replace(/[。.\s]+$/u, "");
}

function told(pieces: readonly string[], { most }: Words): string {
  return joined(pieces, Math.min(most, LONGEST));
}
