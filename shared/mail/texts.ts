// What mails say, in plain text and in the simplest HTML, in English and Chinese. Nothing in them was written by a user: nobody sends words of theirs to
// a stranger by way of us.
import type { MailLanguage } from "../config/mail.ts";
import type { MailPurpose } from "../users/mail-tokens.ts";
import type { Mailing, Message } from "./deps.ts";

interface Words {
  subject: string;
  lines: readonly string[];
  /** Before a link, and before a token where there is no page. */
  link: string;
  token: string;
  /** Behind it. */
  end: readonly string[];
}

const words: Readonly<Record<MailLanguage, Readonly<Record<MailPurpose, (service: string) => Words>>>> = {
  en: {
    verify: (service) => ({
      subject: `${service}: confirm your e-mail address`,
      lines: [`Somebody has registered at ${service} with this e-mail address.`],
      link: "If it was you, confirm the address here:",
      token: "If it was you, confirm the address with this code:",
      end: ["This holds for seven days.", "If it was not you, you need not do anything."],
    }),
    reset: (service) => ({
      subject: `${service}: a new password`,
      lines: [`Somebody has asked for a new password at ${service} for this e-mail address.`],
      link: "If it was you, choose one here:",
      token: "If it was you, choose one with this code:",
      end: [
        "This holds for an hour and works once. A new password ends all sessions.",
        "If it was not you, you need not do anything: your password stays as it is.",
      ],
    }),
  },
  zh: {
    verify: (service) => ({
      subject: `${service}:请确认您的电子邮箱`,
      lines: [`有人使用此邮箱在 ${service} 注册了账号。`],
      link: "如果是您本人操作,请点击以下链接确认邮箱:",
      token: "如果是您本人操作,请使用以下验证码确认邮箱:",
      end: ["有效期为七天。", "如果不是您本人操作,请忽略此邮件。"],
    }),
    reset: (service) => ({
      subject: `${service}:重置密码`,
      lines: [`有人为此邮箱在 ${service} 的账号申请重置密码。`],
      link: "如果是您本人操作,请点击以下链接设置新密码:",
      token: "如果是您本人操作,请使用以下验证码设置新密码:",
      end: [
        "一小时内有效,且只能使用一次。设置新密码后,所有已登录的会话都将退出。",
        "如果不是您本人操作,请忽略此邮件,您的密码不会改变。",
      ],
    }),
  },
};

/** `token`: what its reader shows. */
export function messageOf(
  { serviceName, verifyUrl, resetUrl }: Omit<Mailing, "post">,
  mail: { id: string; kind: MailPurpose; email: string; language: MailLanguage },
  token: string,
): Message {
  const { subject, lines, link, token: code, end } = words[mail.language][mail.kind](serviceName);
  const page = mail.kind === "verify" ? verifyUrl : resetUrl;
  const shown = page === null ? token : withToken(page, token);
  const lead = page === null ? code : link;
  const text = [...lines, "", lead, "", shown, "", ...end, ""].join("\n");
  const action = page === null ? `<code>${escaped(shown)}</code>` : `<a href="${escaped(shown)}">${escaped(shown)}</a>`;
  const paragraphs = [...lines, lead].map(escaped).concat(action, end.map(escaped));
  const body = paragraphs.map((each) => `<p>${each}</p>`).join("\n");
  const html = `<!doctype html>\n<html lang="${mail.language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>\n<body>\n${body}\n</body></html>\n`;
  return { id: mail.id, to: mail.email, subject, text, html, language: mail.language };
}

function withToken(page: string, token: string): string {
  const url = new URL(page);
  url.searchParams.set("token", token);
  return url.href;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
