// Line drawings of 24 × 24. They say nothing by themselves: what they stand in is named.
const paths = {
  make: "M12 3l2 6 6 3-6 3-2 6-2-6-6-3 6-3z",
  works: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.5h.01",
  dramas: "M4 5h16v14H4zM8 5v14M16 5v14M4 9h4M4 15h4M16 9h4M16 15h4",
  credits: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8.500l1 2.500 2.500 1-2.500 1-1 2.500-1-2.500-2.500-1 2.500-1z",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500",
  close: "M6 6l12 12M18 6L6 18",
  add: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  use: "M5 12h13M13 7l5 5-5 5M5 5v14",
  again: "M20 12a8 8 0 1 1-2.500-5.800M20 4v5h-5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  play: "M8 5l11 7-11 7z",
  compare: "M4 5h16v14H4zM12 5v14",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  sliders: "M4 8h10M18 8h2M4 16h2M10 16h10M16 6v4M8 14v4",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  refused: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM12 8v5M12 16h.01",
  wait: "M7 3h10M7 21h10M8 3c0 5 8 6 8 9s-8 4-8 9M16 3c0 5-8 6-8 9s8 4 8 9",
  sound: "M4 10v4h4l5 4V6L8 10zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  down: "M7 10l5 5 5-5",
  rise: "M7 14l5-5 5 5",
  check: "M5 13l4 4L19 7",
  up: "M12 20V6M6 11l6-6 6 6",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
