// What a draft of JianYing has to say although it says nothing of ours: the program takes a draft without these for a damaged one.

/** Kinds of things that a draft may be made of; ours are laid over it. */
export const emptyMaterials = listsOf(
  "ai_translates audio_balances audio_effects audio_fades audio_track_indexes audios beats canvases chromas color_curves digital_humans drafts effects",
  "flowers green_screens handwrites hsl images log_color_wheels loudnesses manual_deformations masks material_animations material_colors",
  "multi_language_refs placeholders plugin_effects primary_color_wheels realtime_denoises shapes smart_crops smart_relights sound_channel_mappings",
  "speeds stickers tail_leaders text_templates texts time_marks transitions video_effects video_trackings videos vocal_beautifys vocal_separations",
);

/** The version is the last one whose drafts are known to be readable as they are written. */
export const fixedOfDraft = {
  ...{ version: 360_000, new_version: "110.0.0", source: "default", color_space: 0 },
  ...{
    cover: null,
    extra_info: null,
    group_container: null,
    mutable_config: null,
    retouch_cover: null,
    time_marks: null,
  },
  ...{ free_render_index_mode_on: false, render_index_track_mode_on: false, static_cover_image_path: "" },
  ...{ keyframe_graph_list: [], relationships: [] },
  keyframes: listsOf("adjusts audios effects filters handwrites stickers texts videos"),
  last_modified_platform: { app_id: 3704, app_source: "lv", app_version: "5.9.0", os: "windows" },
  config: {
    ...{ maintrack_adsorb: true, video_mute: false, material_save_mode: 0, export_range: null },
    ...{ lyrics_sync: true, subtitle_sync: true, lyrics_recognition_id: "", subtitle_recognition_id: "" },
    ...{ subtitle_keywords_config: null, zoom_info_params: null },
    ...{ multi_language_current: "none", multi_language_main: "none", multi_language_mode: "none" },
    ...countersOf("adjust_max_index combination_max_index extract_audio_last_index original_sound_last_index"),
    ...countersOf("record_audio_last_index sticker_max_index"),
    ...listsOf("attachment_info lyrics_taskinfo multi_language_list subtitle_taskinfo system_font_list"),
  },
} as const;

export const fixedOfSegment = {
  ...{
    cartoon: false,
    reverse: false,
    visible: true,
    intensifies_audio: false,
    is_placeholder: false,
    is_tone_modify: false,
  },
  ...{ enable_adjust: true, enable_color_curves: true, enable_color_wheels: true, enable_lut: true },
  ...{ enable_color_correct_adjust: false, enable_color_match_adjust: false, enable_smart_color_adjust: false },
  ...{ caption_info: null, group_id: "", template_id: "", template_scene: "default", last_nonzero_volume: 1 },
  ...{ track_attribute: 0, track_render_index: 0 },
  ...listsOf("common_keyframes keyframe_refs"),
  responsive_layout: {
    ...{ enable: false, target_follow: "", horizontal_pos_layout: 0, vertical_pos_layout: 0, size_layout: 0 },
  },
} as const;

/** How the program's list of drafts knows it. */
export const emptyMeta = {
  ...{
    cloud_package_completed_time: "",
    draft_cover: "",
    draft_deeplink_url: "",
    draft_new_version: "",
    draft_type: "",
  },
  ...{ draft_removable_storage_device: "", draft_is_from_deeplink: "false", draft_is_invisible: false },
  ...{ draft_is_ai_packaging_used: false, draft_is_ai_shorts: false, draft_is_ai_translate: false },
  ...{ draft_is_article_video_draft: false, draft_cloud_last_action_download: false },
  ...{ draft_cloud_capcut_purchase_info: "", draft_cloud_purchase_info: "", draft_cloud_template_id: "" },
  ...{ draft_cloud_tutorial_info: "", draft_cloud_videocut_purchase_info: "" },
  draft_enterprise_info: {
    ...{ draft_enterprise_extra: "", draft_enterprise_id: "", draft_enterprise_name: "" },
    enterprise_material: [],
  },
  draft_materials: [0, 1, 2, 3, 6, 7, 8].map((type) => ({ type, value: [] })),
  ...listsOf("draft_cloud_materials draft_materials_copied_info draft_segment_extra_info"),
  ...{ tm_draft_cloud_completed: "", tm_draft_cloud_modified: 0, tm_draft_removed: 0 },
};

function listsOf(...names: string[]): Record<string, never[]> {
  return Object.fromEntries(names.flatMap((some) => some.split(" ")).map((name) => [name, []]));
}

function countersOf(names: string): Record<string, number> {
  return Object.fromEntries(names.split(" ").map((name) => [name, 1]));
}
