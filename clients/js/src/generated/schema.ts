// Made from the OpenAPI document by `npm run generate -w clients/js`. Not to be edited.

export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether jobs can be kept just now.
         * @description A store that is unfit for jobs, such as one that ignores conditions, is named in the detail `store`, with what to do; until then no job is taken. `sendsMail` says whether a page need offer what takes a mail.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document.
         * @description This document.
         */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document as a page to read.
         * @description This document as a page to read.
         */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new user, with the welcome credits and a token.
         * @description A new user, with the welcome credits and a token.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A token for whoever knows the password.
         * @description A token for whoever knows the password.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A mail with which a new password can be chosen. The answer is the same whether or not anybody has the address.
         * @description A mail with which a new password can be chosen. The answer is the same whether or not anybody has the address.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new password, by the token of a mail: it works once, within an hour, and ends all sessions.
         * @description A new password, by the token of a mail: it works once, within an hour, and ends all sessions.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The e-mail address is verified, by the token of a mail; welcome credits that waited for it come. A repeat hears the same.
         * @description The e-mail address is verified, by the token of a mail; welcome credits that waited for it come. A repeat hears the same.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/send-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Another mail with which the caller's e-mail address can be verified.
         * @description Another mail with which the caller's e-mail address can be verified.
         */
        post: operations["sendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends every token of the caller, on all devices.
         * @description Streams that are open end within ten seconds. Logging in gives a new token.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller, and what their files take.
         * @description The caller, and what their files take.
         */
        get: operations["getMe"];
        /**
         * Another name, or another password: that ends all tokens and gives a new one.
         * @description Another name, or another password: that ends all tokens and gives a new one.
         */
        put: operations["updateMe"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller can spend, and what is set aside.
         * @description What the caller can spend, and what is set aside.
         */
        get: operations["getCredits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lines of the ledger, newest first.
         * @description The lines of the ledger, newest first.
         */
        get: operations["listTransactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The credits of a code, once; whoever has them may ask again.
         * @description The credits of a code, once; whoever has them may ask again.
         */
        post: operations["redeemCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits/packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The credits that can be bought here, and their prices; `enabled` is false where none are sold.
         * @description The credits that can be bought here, and their prices; `enabled` is false where none are sold.
         */
        get: operations["listPacks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits/checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An order of a pack of credits. Its `url` is where it is paid, within two hours; its credits come with the payment.
         * @description An order of a pack of credits. Its `url` is where it is paid, within two hours; its credits come with the payment.
         */
        post: operations["createCheckout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credits/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's orders of credits, newest first.
         * @description The caller's orders of credits, newest first.
         */
        get: operations["listOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New codes that users redeem for credits. Nobody can see them again.
         * @description New codes that users redeem for credits. Nobody can see them again.
         */
        post: operations["createCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announces a picture; answers what lets it be sent straight to the store.
         * @description A still JPEG, PNG or WebP of at most 10 MB and 64 megapixels, of exactly the size and type that are announced (`image/jpg` is taken for `image/jpeg`), that can be decoded and is nothing else besides. What its texts, EXIF and XMP say does not matter. At most 20 may be pending.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether an upload was taken, and where it is.
         * @description Whether an upload was taken, and where it is.
         */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Remove an upload, in whatever state, with its file.
         * @description It is gone at once, and what it took is free again; the file itself goes within a minute. One that an unfinished job works on cannot be removed.
         */
        delete: operations["deleteUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/generate-image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate an image, or keep one that exists.
         * @description Generate an image, or keep one that exists.
         */
        post: operations["generateImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/generate-screenplay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write a screenplay: the output is its JSON.
         * @description Write a screenplay: the output is its JSON.
         */
        post: operations["generateScreenplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/generate-speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Speak words, with a voice: the output is a sound.
         * @description Speak words, with a voice: the output is a sound.
         */
        post: operations["generateSpeech"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/generate-music": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a piece of music: the output is a sound.
         * @description Make a piece of music: the output is a sound.
         */
        post: operations["generateMusic"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/generate-video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate a video, or keep one that exists.
         * @description Generate a video, or keep one that exists.
         */
        post: operations["generateVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a generation would cost now, and who would do it. Makes nothing.
         * @description What a generation would cost now, and who would do it. Makes nothing.
         */
        post: operations["quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Models to choose from, at the prices in force.
         * @description Models with `isForTests` let a frontend meet every ending; servers in production offer them with TEST_MODELS=1. `sketch-slow` works for 20 s, tells its progress, can be cancelled, and is completed: 1 credit. `sketch-fail-once` fails once, is tried again by itself after 2 s, and is completed: 1 credit. `sketch-fail` fails three times within 15 s: `failed` with `provider_error`, and so does every retry; given back. `sketch-refused` is refused at once: `failed` with `moderation_blocked`, for good; given back. `sketch-partial` asked for `n` of 2 to 4 outputs it delivers one less, three times within 15 s: `completed` with what there is, at 1 credit each; the rest is given back. `sketch-timeout` works and never ends: `failed` with `deadline_exceeded` after 30 s, or at the next minute; given back. `sketch-wrong-file` delivers a web page instead of a picture, three times within 15 s: `failed` with `invalid_output`; given back. `sketch-expired` delivers what can no longer be fetched, three times within 15 s: `failed` with `fetch_failed`; given back.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ai/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the providers answer just now.
         * @description Whether the providers answer just now.
         */
        get: operations["providerHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live progress of everything: all jobs and productions of the caller in one stream.
         * @description Server-sent events, beginning with a `snapshot` of what is under way; then whatever begins, goes on and ends. It stays open when all has ended. Whoever comes back with `Last-Event-ID` hears what happened meanwhile, and no snapshot; after more than 32 endings a snapshot with `missed`. Open it first and read lists then: so nothing is lost between the two. With `since` the events so far come as JSON.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's jobs, newest first.
         * @description The caller's jobs, newest first.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job as it is now.
         * @description A job as it is now.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Remove a job that has ended, with its files. Its lines stay in the ledger.
         * @description It is gone at once, and what its files took is free again; the files themselves go within a minute, and webhooks that were not taken yet are dropped. A picture that an unfinished job works on cannot be removed, nor a take that a shot shows, or that a production of its project was to show: that one goes when the project was deleted.
         */
        delete: operations["deleteJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live progress of a job.
         * @description Server-sent events. After the event `end` nothing more comes; who comes back with its id is told so by 204. With `since` the events so far come as JSON.
         */
        get: operations["jobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/outputs/{index}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where an output is saved from, under a good name.
         * @description Where an output is saved from, under a good name.
         */
        get: operations["downloadOutput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A failed job again, at its own price, at most 3 times.
         * @description It takes no key: sent again because its answer was lost, it answers 409 while the job goes on and when it is made, and nothing is paid for twice. Where that round has failed too, and was given back, another one begins.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an unfinished job and give its credits back; too_late once the provider has delivered. A film that is still being drawn was not delivered.
         * @description End an unfinished job and give its credits back; too_late once the provider has delivered. A film that is still being drawn was not delivered.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's projects, newest first.
         * @description The caller's projects, newest first.
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Make a project: what a short drama is to be.
         * @description Make a project: what a short drama is to be.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A project as it is now, with the screenplays that were written for it.
         * @description A project as it is now, with the screenplays that were written for it.
         */
        get: operations["getProject"];
        /**
         * Change a project's settings, the order of its scenes, or choose another one of its drafts.
         * @description What is left out stays as it is. A production that runs goes on with what it has copied: a change concerns the next one. When only the order of scenes was changed, that one uses pictures, clips, voices and cuts again, and joins them anew.
         */
        put: operations["updateProject"];
        post?: never;
        /**
         * Remove a project with its scenes, characters and pictures.
         * @description It is gone at once; scenes and pictures follow within minutes, and its productions with all that they made. One that is under way is stopped first: what it has made by then is charged, as with a cancel, and the rest comes back. Jobs that were made for it otherwise stay, with their outputs. A project cannot be removed while an unfinished job works on a picture that a film of it has made.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/scenes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A project's scenes with their shots and takes, in the order of the story.
         * @description A project's scenes with their shots and takes, in the order of the story.
         */
        get: operations["listScenes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/scenes/{sceneId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a scene, or choose a take for one of its shots.
         * @description What is left out stays as it is. A take that a shot shows cannot be removed, nor the job that made it. A change concerns the next production.
         */
        put: operations["updateScene"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/characters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A project's characters, in their order.
         * @description A project's characters, in their order.
         */
        get: operations["listCharacters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/characters/{characterId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a character, or give a picture of them.
         * @description What is left out stays as it is. A change concerns the next production.
         */
        put: operations["updateCharacter"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/generate-scenes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write the scenes of a project.
         * @description When the job is completed, the project has a new draft with the job's id: characters, and scenes with their shots. If it has got another draft meanwhile, this one stays beside it, and can be chosen.
         */
        post: operations["generateScenes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/generate-video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Film a scene by itself: the clip is a take of it.
         * @description A scene has at most 12 takes; the oldest that no shot shows go, and their jobs stay. A production uses a take only where a shot was told to show it.
         */
        post: operations["filmScene"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a production of the project would make, stage by stage, and what it costs at most.
         * @description Nothing is made. Parts that the project has already, made from the very same, cost nothing. A film of more than 600 parts is refused.
         */
        post: operations["quoteProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/productions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the film of a project.
         * @description The budget is held; what is kept is charged out of it, and the rest comes back when the production has ended, however it ended. It is made from a copy: an edit afterwards concerns the next production.
         */
        post: operations["createProduction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live progress of a project's newest production.
         * @description As GET /productions/{id}/events. A project without a production answers 404.
         */
        get: operations["projectProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/projects/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live progress of a project's newest production, over a WebSocket.
         * @description Subprotocol `dream-factory.progress.v1`. The token goes into the first message, `{"type":"follow","token":"…","after":0}`, or into a second
         *     subprotocol `bearer.<token>` or Authorization; never into the address. With it in the handshake the events begin at once, behind `?after=`.
         *     Messages: `{"type":"progress","id":1,"data":…}` as in the feed, `end` for the last one, `gap` for what is no longer kept, `alive` when
         *     nothing has happened for a while and as the answer to `{"type":"ping"}`, `retry` before the server closes, `error` with what is wrong.
         *     It closes with 1000 when the production has ended, 1001 when another connection is to go on behind the last event, and 4000 + the status
         *     of an error. Deployed on AWS it has an address of its own, which the answer 426 tells; there the first message names `projectId`.
         */
        get: operations["projectSocket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/generate-drama": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a short drama from a sentence: a project, and the production of its film.
         * @description As POST /projects and POST /projects/{id}/productions after each other. The screenplay that is written becomes the project's draft.
         */
        post: operations["generateDrama"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's productions, newest first.
         * @description The caller's productions, newest first.
         */
        get: operations["listProductions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A production: its stage, what is made of it, and what it has cost.
         * @description With `Prefer: wait=N` the answer comes once it has ended, or when the time is over.
         */
        get: operations["getProduction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The parts of a production, with their files and the jobs that made them, in the order of the plan.
         * @description Until the screenplay is written it is the only one.
         */
        get: operations["listNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live progress of a production.
         * @description Server-sent events. After the event `end` nothing more comes; who comes back with its id is told so by 204. With `since` the events so far come as JSON.
         */
        get: operations["productionEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a production.
         * @description Parts that are made stay and are paid for (`spent`), as are those that their providers have delivered already; all else is given back. It can be resumed.
         */
        post: operations["cancelProduction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make what is missing of a production that has ended.
         * @description What is made stays, and is not paid for again; what is stale is made anew. A production has at most 10 rounds.
         */
        post: operations["resumeProduction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/nodes/{nodeId}/remake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make one part of a production anew, and what is made from it.
         * @description In another round, with a budget of its own; a production that is under way answers 409. What is missing is made along with it. Where the round ends before all of it is made, the rest is what it was before; `stale` says of a part that it no longer fits what it was made from. A model that takes a seed is given another one; what follows from its words alone, as embedded speech does, comes out the same.
         */
        post: operations["remakeNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What another round of a production would make, and what that costs at most.
         * @description Nothing is made. With `remake`: these parts, all that is made from them, and what is missing, as a remake would make them; else what is missing, as a resume would. 409 where that would be: the production is under way, or nothing is missing.
         */
        post: operations["quoteProduction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/nodes/{nodeId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a part of a production is saved from, under a good name.
         * @description A film is the part of its episode, such as `episode-1`. 404 while the part has no file.
         */
        get: operations["downloadNode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/productions/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a production has made: as a list, as one file, as an editor's timeline, or the subtitles of an episode.
         * @description `json`: each file with its URL, sha256, model, prompt, seed and price.
         *
         *     `zip`: every file of a production that has ended, with the screenplay and how each was made. It is a job, since it may be gigabytes: 202 while it is made, then 200 with `outputs[0].url`; the same export is the same job, its file is kept for a day, and it counts as storage. 409 while the production is under way.
         *
         *     `jianying`: likewise, a draft of JianYing or CapCut for one episode, with the files that it shows; unpack it into the program's folder of drafts.
         *
         *     `fcpxml` (Final Cut Pro XML 1.10) and `otio` (OpenTimelineIO): an episode as a timeline of clips, lines and music that points to the kept files; with a private store its URLs hold for an hour.
         *
         *     `srt` and `vtt`: the file itself; 404 while the episode has none.
         */
        get: operations["exportProduction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's outgoing webhooks and what became of them, newest first.
         * @description The caller's outgoing webhooks and what became of them, newest first.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have an outgoing webhook sent again, whatever has become of it.
         * @description Have an outgoing webhook sent again, whatever has become of it.
         */
        post: operations["redeliverDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller's outgoing webhooks are signed with.
         * @description What the caller's outgoing webhooks are signed with.
         */
        get: operations["getWebhookSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/secret/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new secret; for a day webhooks are signed with the old one too.
         * @description A new secret; for a day webhooks are signed with the old one too.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For Stripe: what became of a payment.
         * @description The body is an event, signed with the endpoint's secret. 2xx says that the ledger has what it says; an answer of 5xx asks for it again. Repeated events, and events about what is not ours, are taken.
         */
        post: operations["stripeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{provider}/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For providers: something has changed about a task. The token in the path says for whom it was made.
         * @description The body is the provider's own, of any type and at most 256 KB. An answer of 5xx, and 429, asks for the call again; any other one ends it.
         */
        post: operations["providerWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which marks of AI a file carries, whose they are, and whether they still fit it. Nothing is kept of the file.
         * @description The file's bare bytes, of any type and at most 20 MB (about 4.4 MB where AWS Lambda answers), or as JSON the key of an output as its job shows it. No address is fetched, nothing is stored, nothing of the content is logged. Answers are states, never probabilities; that no mark was found is no proof of anything.
         */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    jobEnded: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sent to a job's `webhookUrl` when the job has ended.
         * @description Signed after Standard Webhooks with the secret of `GET /webhooks/secret`. Verify it, drop repeats by `webhook-id`, and answer 2xx within 15 s. It is sent again for 24 hours, then kept as a dead letter.
         */
        post: operations["jobEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    productionEnded: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sent to a production's `webhookUrl` when the production has ended.
         * @description Signed after Standard Webhooks with the secret of `GET /webhooks/secret`. Verify it, drop repeats by `webhook-id`, and answer 2xx within 15 s. It is sent again for 24 hours, then kept as a dead letter. Each round that is paid for is told of: a resume or a remake ends once more.
         */
        post: operations["productionEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        Error: {
            /** @description The HTTP status. */
            code: number;
            /** @description What is wrong and what to do. */
            message: string;
            data: null;
            error: {
                /** @enum {string} */
                type: "invalid_request" | "unauthenticated" | "insufficient_credits" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "too_late" | "too_large" | "unsupported_media_type" | "idempotency_mismatch" | "upgrade_required" | "rate_limited" | "unavailable" | "storage_full" | "internal";
                /** @description Names this request in our log. */
                requestId: string;
                details: {
                    path: string;
                    message: string;
                }[];
            };
        };
        Health: {
            /** @constant */
            status: "ok";
            version: string;
            /** @description Whether it sends mail: a new password can be asked for, and an address verified. Else both answer 404. */
            sendsMail: boolean;
            /** @description What cannot be done here just now, and what its operator has to do. */
            warnings?: string[];
        };
        RegisterRequest: {
            username: string;
            /** Format: email */
            email: string;
            password: string;
        };
        Session: {
            /** Format: uuid */
            userId: string;
            email: string;
            /** @description Send it as Authorization: Bearer. */
            token: string;
            /** Format: date-time */
            expiresAt: string;
        };
        LoginRequest: {
            /** Format: email */
            email: string;
            password: string;
        };
        ForgotPasswordRequest: {
            /** Format: email */
            email: string;
        };
        ResetPasswordRequest: {
            token: string;
            password: string;
        };
        PasswordReset: {
            email: string;
        };
        VerifyEmailRequest: {
            token: string;
        };
        Verified: {
            email: string;
            emailVerified: boolean;
        };
        Me: {
            /** Format: uuid */
            userId: string;
            username: string;
            email: string;
            /** @description Whether somebody has shown that they read mail there. */
            emailVerified: boolean;
            /** @enum {string} */
            role: "user" | "admin";
            /** Format: date-time */
            createdAt: string;
            storage: {
                /** @description Of kept files: outputs, uploads, and inputs that wait for a retry. */
                usedBytes: number;
                maxBytes: number;
            };
        };
        UpdateMeRequest: {
            username: string;
        } | {
            password: string;
            currentPassword: string;
        };
        ChangedUser: {
            /** Format: uuid */
            userId: string;
            username: string;
            email: string;
            /** @description Whether somebody has shown that they read mail there. */
            emailVerified: boolean;
            /** @enum {string} */
            role: "user" | "admin";
            /** Format: date-time */
            createdAt: string;
            /** @description Send it as Authorization: Bearer. */
            token?: string;
            /** Format: date-time */
            expiresAt?: string;
        };
        Credits: {
            /** @description Below 0 when a payment was taken back whose credits are spent. */
            balance: number;
            /** @description Set aside for unfinished jobs; not part of the balance. */
            held: number;
            totalEarned: number;
            totalSpent: number;
        };
        TransactionPage: {
            items: components["schemas"]["Transaction"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Transaction: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            type: "charge" | "refund" | "redeem" | "grant" | "purchase" | "reversal";
            /** @description Signed; all lines add up to the balance. */
            amount: number;
            balanceBefore: number;
            balanceAfter: number;
            /**
             * Format: uuid
             * @description Whose price it is, or comes back.
             */
            jobId?: string;
            /**
             * Format: uuid
             * @description Of a production: its parts are paid out of it.
             */
            productionId?: string;
            /**
             * Format: uuid
             * @description Of credits that were bought, and of those taken back with their money.
             */
            orderId?: string;
            round?: number;
            description: string;
            /** Format: date-time */
            createdAt: string;
        };
        RedeemCodeRequest: {
            code: string;
        };
        Redeemed: {
            credits: number;
            balance: number;
        };
        CreditPacks: {
            /** @description Whether credits are sold here. */
            enabled: boolean;
            items: components["schemas"]["CreditPack"][];
        };
        CreditPack: {
            id: string;
            name: string;
            credits: number;
            /** @description In the currency's smallest unit: 499 is 4.99 USD, and 499 JPY. */
            amount: number;
            /** @description ISO 4217, in lower case: `usd`. */
            currency: string;
        };
        CreateCheckoutRequest: {
            packId: string;
        };
        Order: {
            /** Format: uuid */
            id: string;
            packId: string;
            name: string;
            credits: number;
            /** @description In the currency's smallest unit: 499 is 4.99 USD, and 499 JPY. */
            amount: number;
            /** @description ISO 4217, in lower case: `usd`. */
            currency: string;
            /**
             * @description `pending`: its buyer has done all they can, and the money is under way. Credits come with `paid`.
             * @enum {string}
             */
            status: "open" | "pending" | "expired" | "failed" | "paid";
            /** @description Where it is paid, while it is open. */
            url: string | null;
            /** @description By refunds and disputes. */
            creditsTakenBack: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            paidAt: string | null;
        };
        OrderPage: {
            items: components["schemas"]["Order"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        CreateCodesRequest: {
            credits: number;
            count: number;
            expiresAt?: string | null;
        };
        NewCodes: {
            items: {
                code: string;
                credits: number;
                expiresAt: string | null;
            }[];
        };
        CreateUploadRequest: {
            filename: string;
            /** @enum {string} */
            contentType: "image/jpeg" | "image/png" | "image/webp";
            size: number;
        };
        AnnouncedUpload: {
            /** Format: uuid */
            uploadId: string;
            key: string;
            upload: components["schemas"]["SignedUpload"];
            /**
             * Format: date-time
             * @description Sending has to begin before.
             */
            expiresAt: string;
        };
        SignedUpload: {
            /** @constant */
            method: "POST";
            /** Format: uri */
            url: string;
            fields: {
                [key: string]: string;
            };
        } | {
            /** @constant */
            method: "PUT";
            /** Format: uri */
            url: string;
            headers: {
                [key: string]: string;
            };
        };
        Upload: {
            /** Format: uuid */
            uploadId: string;
            /** @enum {string} */
            status: "pending" | "ready" | "rejected";
            /**
             * Format: uri
             * @description When it is ready.
             */
            url?: string;
            /** @description When it was rejected: why, in a sentence. */
            reason?: string;
        };
        GenerateImageRequest: {
            prompt?: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            /**
             * @description Absent: `generate`.
             * @enum {string}
             */
            operation?: "generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement";
            negativePrompt?: string;
            n?: number;
            seed?: number;
            /** @description Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes. */
            inputs?: ({
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            } | {
                url: string | unknown | unknown;
            })[];
            /** @description In words: `watercolour`. For `generate`, `edit` and `style_transfer`. */
            style?: string;
            /** @description Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`. */
            enhancement?: string;
            /** @description For models that have tiers of it, such as `low`, `medium` and `high`: `GET /ai/models` names them. */
            quality?: string;
            /** @description False: the outputs are wanted without the label that everybody can see, where the operator draws one and lets users do without; who declines it is logged. What is written into the file stays. */
            visibleLabel?: boolean;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            /** @description Width and height in pixels: `1024x1024`. `GET /ai/models` lists each model's `sizes`. */
            size?: string;
            imageUrl?: string | unknown | unknown;
        };
        Job: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            type: "image" | "video" | "text" | "audio" | "archive";
            /** @enum {string} */
            operation: "generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement";
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "queued" | "submitted" | "generating" | "transferring" | "storing" | "done";
            progress: number;
            /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
            provider: string;
            /** @description The `id` of a model of `GET /ai/models`. */
            model: string;
            /** @description Whose the job was at first: that one failed or stayed away, and the job went to another model that its operator named for such a case, for the same price. Absent when nothing of that kind happened. */
            fallbackFrom?: {
                /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
                provider: string;
                /** @description The `id` of a model of `GET /ai/models`. */
                model: string;
            };
            prompt: string;
            params: {
                n?: number;
                negativePrompt?: string;
                seed?: number;
                style?: string;
                enhancement?: string;
                /** @description As they were named; of a `data:` URL only its type. */
                inputs?: {
                    [key: string]: unknown;
                }[];
                /** @description Width and height in pixels: `1024x1024`. */
                size?: string;
                durationSec?: number;
                /** @description Width to height: `16:9`. */
                ratio?: string;
                /** @description Lines: `720p`. */
                resolution?: string;
                /** @description A tier of the model: `low`, `medium`, `high`. */
                quality?: string;
                /** @constant */
                visibleLabel?: false;
                imageUrl?: string;
                videoUrl?: string;
                sound?: string;
                voice?: string;
                mood?: string;
                title?: string;
                language?: string;
                genre?: string;
                episodes?: number;
                scenesPerEpisode?: number;
            } & {
                [key: string]: unknown;
            };
            dryRun: boolean;
            /** @description As it was sent. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description Credits: held while the job is unfinished, then what it has cost. */
            cost: number;
            round: number;
            attempts: number;
            outputs: components["schemas"]["Output"][];
            resultUrls: string[];
            error: components["schemas"]["JobError"] | null;
            /** @description What the output is for. The job reads as completed when the project has it (`applied`), has got another screenplay meanwhile (`proposed`: choose it by the draft of this job's id), or is not there any more (`gone`). Absent where a job is for itself. */
            project?: {
                /** Format: uuid */
                id: string;
                /** Format: uuid */
                draft?: string;
                sceneId?: string;
                /** @enum {string} */
                state: "pending" | "applied" | "proposed" | "gone";
            };
            /** @enum {string} */
            providerCancel?: "requested" | "done" | "too_late" | "unknown";
            /** Format: date-time */
            createdAt: string;
            startedAt: string | null;
            completedAt: string | null;
            /** Format: date-time */
            updatedAt: string;
        };
        Output: {
            index: number;
            /** @enum {string} */
            type: "image" | "video" | "text" | "audio" | "archive";
            /**
             * Format: uri
             * @description In the operator's own store; needs no Authorization.
             */
            url: string;
            /**
             * Format: uri
             * @description A WebP of at most 512 pixels a side, for walls of many: of a picture, of an animation's first frame, or of a still of a video. A picture of no more than that and of 128 KiB is its own. Null where there is none: of texts and sounds, of files before version 0.2, and where no ffmpeg makes stills.
             */
            thumbnailUrl: string | null;
            key: string;
            /** @description Bytes. */
            size: number;
            /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
            contentType: string;
            sha256: string;
            /** @description Pixels as shown: turned as EXIF or the video's matrix says, with the shape of the video's pixels. An image has at most 64 megapixels. Null for a text and for a sound. */
            width: number | null;
            /** @description Pixels as shown: turned as EXIF or the video's matrix says, with the shape of the video's pixels. An image has at most 64 megapixels. Null for a text and for a sound. */
            height: number | null;
            /** @description Of a sound, of a video's longest track, or of one pass of an animation, whose frames of 10 ms or less count 100 ms, as browsers show them. Null for a still image and for a text. */
            durationMs: number | null;
            /** @description Whether a label was drawn into it that everybody can see. */
            visibleLabel: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        JobError: {
            /** @enum {string} */
            type: "provider_error" | "moderation_blocked" | "invalid_output" | "fetch_refused" | "fetch_failed" | "deadline_exceeded" | "provider_unknown" | "storage_full" | "internal";
            message: string;
            retryable: boolean;
            /**
             * @description Of `moderation_blocked` when this server's own check of content has refused it: the prompt and inputs, before any provider was called, or what was made. Absent when the provider has refused.
             * @enum {string}
             */
            stage?: "input" | "output";
            /** @description With `stage`: what was found, in the words of the service that has looked. */
            categories?: string[];
        };
        GenerateScreenplayRequest: {
            prompt: string;
            title?: string;
            /**
             * @description Absent: the prompt's.
             * @enum {string}
             */
            language?: "zh" | "en";
            /**
             * @description Absent: `drama`.
             * @enum {string}
             */
            genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @description Absent: 1. */
            episodes?: number;
            /** @description Absent: 3. */
            scenesPerEpisode?: number;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            seed?: number;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            /** @description Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes. */
            inputs?: ({
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            } | {
                url: string | unknown | unknown;
            })[];
            /** @description Of one episode, whose scenes share it. Absent: 60. */
            durationSec?: number;
        };
        GenerateSpeechRequest: {
            prompt: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            seed?: number;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            /** @description One of woman, man, girl, boy, old_woman, old_man, which each model has a voice for, or a voice by the vendor's own name. Absent: woman. */
            voice?: string;
        };
        GenerateMusicRequest: {
            prompt: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            seed?: number;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            /**
             * @description Absent: `calm`.
             * @enum {string}
             */
            mood?: "calm" | "tense" | "joy" | "sad";
            /** @description Absent: 30. */
            durationSec?: number;
        };
        GenerateVideoRequest: {
            prompt?: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            /**
             * @description Absent: `generate`.
             * @enum {string}
             */
            operation?: "generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement";
            negativePrompt?: string;
            n?: number;
            seed?: number;
            /** @description Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes. */
            inputs?: ({
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            } | {
                url: string | unknown | unknown;
            })[];
            /** @description In words: `watercolour`. For `generate`, `edit` and `style_transfer`. */
            style?: string;
            /** @description Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`. */
            enhancement?: string;
            /** @description For models that have tiers of it, such as `low`, `medium` and `high`: `GET /ai/models` names them. */
            quality?: string;
            /** @description False: the outputs are wanted without the label that everybody can see, where the operator draws one and lets users do without; who declines it is logged. What is written into the file stays. */
            visibleLabel?: boolean;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            durationSec?: number;
            /** @description Width to height: `16:9`. `GET /ai/models` lists each model's `ratios`. */
            ratio?: string;
            /** @description Lines: `720p`. `GET /ai/models` lists each model's `resolutions`. */
            resolution?: string;
            videoUrl?: string | unknown | unknown;
        };
        QuoteRequest: {
            /**
             * @description Absent: `image`.
             * @enum {string}
             */
            type?: "image" | "video" | "text" | "audio";
            /**
             * @description Of the type audio. Absent: `speech`.
             * @enum {string}
             */
            sound?: "speech" | "music";
            prompt?: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            /**
             * @description Absent: `generate`.
             * @enum {string}
             */
            operation?: "generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement";
            negativePrompt?: string;
            n?: number;
            seed?: number;
            /** @description Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes. */
            inputs?: ({
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            } | {
                url: string | unknown | unknown;
            })[];
            /** @description In words: `watercolour`. For `generate`, `edit` and `style_transfer`. */
            style?: string;
            /** @description Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`. */
            enhancement?: string;
            /** @description For models that have tiers of it, such as `low`, `medium` and `high`: `GET /ai/models` names them. */
            quality?: string;
            /** @description False: the outputs are wanted without the label that everybody can see, where the operator draws one and lets users do without; who declines it is logged. What is written into the file stays. */
            visibleLabel?: boolean;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            /** @description Width and height in pixels: `1024x1024`. `GET /ai/models` lists each model's `sizes`. */
            size?: string;
            imageUrl?: string | unknown | unknown;
            /** @description Of a video, at most 60; of music, at most 300; or of one episode, at least 10. */
            durationSec?: number;
            /** @description Width to height: `16:9`. `GET /ai/models` lists each model's `ratios`. */
            ratio?: string;
            /** @description Lines: `720p`. `GET /ai/models` lists each model's `resolutions`. */
            resolution?: string;
            videoUrl?: string | unknown | unknown;
            title?: string;
            /**
             * @description Absent: the prompt's.
             * @enum {string}
             */
            language?: "zh" | "en";
            /**
             * @description Absent: `drama`.
             * @enum {string}
             */
            genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @description Absent: 1. */
            episodes?: number;
            /** @description Absent: 3. */
            scenesPerEpisode?: number;
            /** @description One of woman, man, girl, boy, old_woman, old_man, which each model has a voice for, or a voice by the vendor's own name. Absent: woman. */
            voice?: string;
            /**
             * @description Absent: `calm`.
             * @enum {string}
             */
            mood?: "calm" | "tense" | "joy" | "sad";
        };
        Quote: {
            /** @description Credits for all outputs, as a job would be charged now. */
            price: number;
            balance: number;
            /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
            provider: string;
            /** @description The `id` of a model of `GET /ai/models`. */
            model: string;
        };
        ModelList: {
            items: components["schemas"]["Model"][];
        };
        Model: {
            /** @description The `id` of a model of `GET /ai/models`. */
            id: string;
            /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
            provider: string;
            /** @enum {string} */
            type: "image" | "video" | "text" | "audio" | "archive";
            operations: ("generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement")[];
            /** @description The most that `n` may be. */
            maxOutputs: number;
            /** @description How many pictures it needs at least, and takes at most, to work on. */
            inputs: {
                min: number;
                max: number;
            };
            /** @description Pixels, `1024x1024`. Absent: there is a `sizeRule`, or a size cannot be named. */
            sizes?: string[];
            /** @description What a size has to be; what is absent has no limit. */
            sizeRule?: components["schemas"]["SizeRule"];
            /** @description Seconds. Absent: there is a `durationRange`, or a length cannot be named. */
            durations?: number[];
            /** @description Whole seconds, each of which will do. */
            durationRange?: {
                min: number;
                max: number;
            };
            ratios?: string[];
            resolutions?: string[];
            qualities?: string[];
            /** @description Of models that are heard. */
            sounds?: ("speech" | "music")[];
            /** @description By the vendor's names. */
            voices?: string[];
            /** @description What it makes when a request leaves these open. */
            defaults?: {
                /** @description Width and height in pixels: `1024x1024`. */
                size?: string;
                durationSec?: number;
                /** @description Width to height: `16:9`. */
                ratio?: string;
                /** @description Lines: `720p`. */
                resolution?: string;
                /** @description A tier of the model: `low`, `medium`, `high`. */
                quality?: string;
            };
            /** @description Credits for each output of a request that leaves everything else open. `POST /ai/quote` says it of any request. */
            price: number;
            pricing: components["schemas"]["PriceRule"];
            available: boolean;
            /** @description When `available` is false: the operator has no key for its provider, or its vendor serves it no more. */
            unavailable?: {
                /** @enum {string} */
                reason: "no_key" | "retired";
                message: string;
            };
            /** @description The last day on which the vendor serves it. */
            endOfLife?: string;
            /** @description What to use instead from then on. */
            replacedBy?: string;
            /**
             * @description Of the models that let a frontend meet every ending; taken only when they are named. Absent otherwise.
             * @constant
             */
            isForTests?: true;
        };
        SizeRule: {
            /** @description Pixels. */
            minSide?: number;
            /** @description Pixels. */
            maxSide?: number;
            /** @description Each side is a multiple of it. */
            step?: number;
            /** @description Width times height. */
            minPixels?: number;
            /** @description Width times height. */
            maxPixels?: number;
            /** @description The longer side over the shorter one. */
            maxRatio?: number;
            /** @description The size has exactly one of these. */
            ratios?: string[];
        };
        PriceRule: {
            /**
             * @description `output`: a picture or a video. `second`: each second of it. `character`: each character that is spoken.
             * @enum {string}
             */
            unit: "output" | "second" | "character";
            /** @description Credits for each unit, whole or broken. What one output costs is rounded up to whole credits. */
            amount: number;
            /** @description Other amounts for what is named here: with `by` "resolution", `amounts["1080p"]` counts instead of `amount` for 1080p, asked for or by default. */
            tiers?: {
                /** @enum {string} */
                by: "size" | "resolution" | "quality";
                amounts: {
                    [key: string]: number;
                };
            };
        };
        ProviderList: {
            items: components["schemas"]["ProviderStatus"][];
        };
        ProviderStatus: {
            /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
            provider: string;
            /** @enum {string} */
            status: "up" | "down" | "unconfigured";
            latencyMs?: number;
            message?: string;
        };
        UserFeedPage: {
            items: components["schemas"]["UserEvent"][];
            /** @description Send it as `since` for what comes then. */
            next: string;
        };
        UserEvent: {
            /** @constant */
            event: "snapshot";
            data: components["schemas"]["UserSnapshot"];
        } | {
            /** @enum {string} */
            event: "progress" | "ended";
            data: components["schemas"]["UserJobEvent"] | components["schemas"]["UserProductionEvent"];
        };
        /** @description All that is under way. What a reader has as unfinished, and is not among these, has ended. */
        UserSnapshot: {
            jobs: components["schemas"]["Job"][];
            productions: components["schemas"]["Production"][];
            /** @description The reader came back too late: something may have begun and ended that no event tells of. Lists are to be read anew. */
            missed: boolean;
        };
        Production: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            projectId: string;
            title: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "starting" | "writing" | "pictures" | "voices" | "music" | "clips" | "cutting" | "done";
            /** @description Parts that are made. */
            made: number;
            /** @description Of so many; until the screenplay is written, of so many at most. */
            nodes: number;
            /** @description By expected time. It never falls within a round. */
            percent: number;
            /** @description An estimate. Null while nobody can say. */
            restMs: number | null;
            /** @description What is paid for: the start is 1, each resume or remake the next. */
            round: number;
            /** @description The most credits that the round may cost. */
            budget: number;
            /** @description What the parts of this round have cost so far. */
            spent: number;
            /** @description What the rounds that have ended have cost together. */
            cost: number;
            quote: {
                /** @description Parts to be made, at most. */
                nodes: number;
                stages: {
                    /** @enum {string} */
                    stage: "writing" | "pictures" | "voices" | "music" | "clips" | "cutting";
                    nodes: number;
                    price: number;
                }[];
                /** @description Credits, at most. */
                price: number;
                /** @description Lines that nobody says, or that are shortened: their scenes have no time for them. */
                unspoken?: string[];
            };
            /** @description Parts that are being made just now. */
            running: number;
            /** @description Nothing is begun any more; what was delivered is still kept. */
            isStopping: boolean;
            /** @description Why it ended otherwise than with its film, such as `budget_exhausted` or `incomplete`. */
            reason: string | null;
            /** Format: date-time */
            createdAt: string;
            startedAt: string | null;
            completedAt: string | null;
            /** Format: date-time */
            updatedAt: string;
        };
        UserJobEvent: {
            /** Format: uuid */
            jobId: string;
            /** @description Running number of the job's events. */
            n: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "queued" | "submitted" | "generating" | "transferring" | "storing" | "done";
            progress: number;
            /** @description The whole of it: in the first event of what this reader has not heard of, and in the one with which it has ended. */
            job?: components["schemas"]["Job"];
        };
        UserProductionEvent: {
            /** Format: uuid */
            productionId: string;
            /** @description Running number of the production's events. */
            n: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "starting" | "writing" | "pictures" | "voices" | "music" | "clips" | "cutting" | "done";
            /** @description Parts that are made. */
            made: number;
            /** @description Of so many; until the screenplay is written, of so many at most. */
            nodes: number;
            /** @description By expected time. It never falls within a round. */
            percent: number;
            /** @description An estimate. Null while nobody can say. */
            restMs: number | null;
            /** @description The part that was decided last. */
            node?: string;
            /** @description The whole of it: in the first event of what this reader has not heard of, and in the one with which it has ended. */
            production?: components["schemas"]["Production"];
        };
        JobPage: {
            items: components["schemas"]["Job"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        FeedPage: {
            items: components["schemas"]["FeedEvent"][];
            /** @description Send it as `since` for what comes then. */
            next: number;
        };
        FeedEvent: {
            /** @description Running number; the event's id in the stream. */
            n: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "queued" | "submitted" | "generating" | "transferring" | "storing" | "done";
            progress: number;
            /** @description Only in the event with which the job has ended. */
            job?: components["schemas"]["Job"];
        };
        Download: {
            /**
             * Format: uri
             * @description Serves the file with `Content-Disposition: attachment` and its name: a link to it saves the file, also from a page of another origin. Needs no Authorization; good for an hour where the store signs it.
             */
            url: string;
            filename: string;
            /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
            contentType: string;
        };
        ModelWish: {
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
        };
        CreateProjectRequest: {
            title: string;
            description?: string;
            /** @enum {string} */
            genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @enum {string} */
            language?: "zh" | "en";
            episodes?: number;
            scenesPerEpisode?: number;
            /** @description Of one episode, whose scenes share it. */
            durationSec?: number;
            /** @description Everything is made for the first one; the others are cut from the same clips. */
            ratios?: ("16:9" | "9:16" | "1:1")[];
            /** @description How its pictures look, in words. */
            style?: string;
            /** @description Whom to ask for what. What is left out is the operator's default. */
            models?: {
                text?: components["schemas"]["ModelWish"];
                image?: components["schemas"]["ModelWish"];
                video?: components["schemas"]["ModelWish"];
                audio?: components["schemas"]["ModelWish"];
            };
            /** @enum {string} */
            subtitles?: "burnt" | "soft" | "none";
            music?: boolean;
            seed?: number;
            /**
             * @description What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.
             * @enum {string}
             */
            onFailure?: "degrade" | "stop";
        };
        Project: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            /** @enum {string} */
            genre: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @enum {string} */
            language: "zh" | "en";
            episodes: number;
            scenesPerEpisode: number;
            durationSec: number;
            ratios: ("16:9" | "9:16" | "1:1")[];
            style: string;
            models: {
                text?: components["schemas"]["ModelWish"];
                image?: components["schemas"]["ModelWish"];
                video?: components["schemas"]["ModelWish"];
                audio?: components["schemas"]["ModelWish"];
            };
            /** @enum {string} */
            subtitles: "burnt" | "soft" | "none";
            music: boolean;
            seed: number;
            /** @enum {string} */
            onFailure: "degrade" | "stop";
            /** @description The screenplay that counts, by the job that wrote it. Null: there is none yet. */
            draft: string | null;
            /** @description Its scenes by their ids, as they are told. Null: as they were written. */
            sceneOrder: string[] | null;
            /** @description The production that works on it. */
            running: string | null;
            /** @description Goes along with a change, so that nobody's is lost. */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ProjectPage: {
            items: components["schemas"]["Project"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        ProjectWithDrafts: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            /** @enum {string} */
            genre: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @enum {string} */
            language: "zh" | "en";
            episodes: number;
            scenesPerEpisode: number;
            durationSec: number;
            ratios: ("16:9" | "9:16" | "1:1")[];
            style: string;
            models: {
                text?: components["schemas"]["ModelWish"];
                image?: components["schemas"]["ModelWish"];
                video?: components["schemas"]["ModelWish"];
                audio?: components["schemas"]["ModelWish"];
            };
            /** @enum {string} */
            subtitles: "burnt" | "soft" | "none";
            music: boolean;
            seed: number;
            /** @enum {string} */
            onFailure: "degrade" | "stop";
            /** @description The screenplay that counts, by the job that wrote it. Null: there is none yet. */
            draft: string | null;
            /** @description Its scenes by their ids, as they are told. Null: as they were written. */
            sceneOrder: string[] | null;
            /** @description The production that works on it. */
            running: string | null;
            /** @description Goes along with a change, so that nobody's is lost. */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description Screenplays that were written for it, the newest first; at most 20. */
            drafts: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                language: "zh" | "en";
                /** @enum {string} */
                genre: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
                title: string;
                logline: string;
                episodes: {
                    title: string;
                    summary: string;
                    scenes: number;
                }[];
                characters: number;
                /** Format: date-time */
                createdAt: string;
            }[];
        };
        UpdateProjectRequest: {
            /** @description As it was read. 409 when somebody has changed it since. */
            version: number;
            title?: string;
            description?: string;
            /** @enum {string} */
            genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @enum {string} */
            language?: "zh" | "en";
            episodes?: number;
            scenesPerEpisode?: number;
            /** @description Of one episode, whose scenes share it. */
            durationSec?: number;
            /** @description Everything is made for the first one; the others are cut from the same clips. */
            ratios?: ("16:9" | "9:16" | "1:1")[];
            /** @description How its pictures look, in words. */
            style?: string;
            /** @description Whom to ask for what. What is left out is the operator's default. */
            models?: {
                text?: components["schemas"]["ModelWish"];
                image?: components["schemas"]["ModelWish"];
                video?: components["schemas"]["ModelWish"];
                audio?: components["schemas"]["ModelWish"];
            };
            /** @enum {string} */
            subtitles?: "burnt" | "soft" | "none";
            music?: boolean;
            seed?: number;
            /**
             * @description What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.
             * @enum {string}
             */
            onFailure?: "degrade" | "stop";
            /**
             * Format: uuid
             * @description One of its drafts, which is to count from now on: the id of the job that wrote it.
             */
            draft?: string;
            /** @description All scenes of the draft by their ids, as they are to be told; each stays in its episode. Null: as they were written. A scene that moves keeps its id, and what was made of it. */
            sceneOrder?: string[] | null;
        };
        ScenePage: {
            items: components["schemas"]["Scene"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Scene: {
            /** @description `e1s2`: written as the second scene of the first episode. It stays when the scene moves. */
            id: string;
            /** Format: uuid */
            draft: string;
            episode: number;
            /** @description Its place in the episode, from 1. */
            number: number;
            place: string;
            /** @enum {string} */
            time: "day" | "night" | "dawn" | "dusk";
            /** @enum {string} */
            mood: "calm" | "tense" | "joy" | "sad";
            action: string;
            durationSec: number;
            characters: string[];
            lines: {
                character: string;
                text: string;
            }[];
            shots: {
                seen: string;
                characters: string[];
                durationSec: number;
                lines: number;
                clip: components["schemas"]["Clip"] | null;
            }[];
            /** @description Videos that were made of it by itself, the newest last. */
            takes: components["schemas"]["Clip"][];
            /** @description Goes along with a change, so that nobody's is lost. */
            version: number;
            /** Format: date-time */
            updatedAt: string;
        };
        Clip: {
            /** Format: uuid */
            jobId: string;
            /** Format: uri */
            url: string;
            key: string;
            size: number;
            /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
            contentType: string;
            sha256: string;
            width: number;
            height: number;
            durationMs: number | null;
            /** Format: date-time */
            createdAt: string;
        };
        UpdateSceneRequest: {
            /** @description As it was read. 409 when somebody has changed it since. */
            version: number;
            place?: string;
            /** @enum {string} */
            time?: "day" | "night" | "dawn" | "dusk";
            /** @enum {string} */
            mood?: "calm" | "tense" | "joy" | "sad";
            action?: string;
            durationSec?: number;
            characters?: string[];
            lines?: {
                character: string;
                text: string;
            }[];
            /** @description Together as long as the scene, with all of its lines. Left out, they are planned anew when what they are planned of has changed. A shot keeps its clip by its place. */
            shots?: {
                seen: string;
                characters: string[];
                durationSec: number;
                /** @description How many of the scene's lines are spoken in it. */
                lines: number;
            }[];
            /** @description A take that a shot (left out: the first) is to show. Null: no shot shows one. */
            clip?: null | {
                /** Format: uuid */
                jobId: string;
                shot?: number;
            };
        };
        CharacterPage: {
            items: components["schemas"]["Character"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Character: {
            id: string;
            /** Format: uuid */
            draft: string;
            name: string;
            role: string;
            look: string;
            /** @enum {string} */
            voice: "woman" | "man" | "girl" | "boy" | "old_woman" | "old_man";
            portrait: {
                /** Format: uri */
                url: string;
                key: string;
                size: number;
                /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
                contentType: string;
                sha256: string;
                width: number;
                height: number;
            } | null;
            /** @description Goes along with a change, so that nobody's is lost. */
            version: number;
            /** Format: date-time */
            updatedAt: string;
        };
        UpdateCharacterRequest: {
            /** @description As it was read. 409 when somebody has changed it since. */
            version: number;
            name?: string;
            role?: string;
            look?: string;
            /** @enum {string} */
            voice?: "woman" | "man" | "girl" | "boy" | "old_woman" | "old_man";
            /** @description JPEG, PNG or WebP, at most 10 MB; the project gets a copy. Null: one is to be made. */
            portrait?: null | {
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            };
        };
        GenerateScenesRequest: {
            prompt: string;
            /** @description As `GET /ai/models` names it; absent, the model's, or the one that is configured. */
            provider?: string;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            seed?: number;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
            episodes?: number;
            scenesPerEpisode?: number;
            /** @description Of one episode, whose scenes share it. */
            durationSec?: number;
        };
        FilmSceneRequest: {
            sceneId: string;
            /** @description From 1. Left out: the scene as a whole. */
            shot?: number;
            /** @description What is to be seen. Left out: as scene and characters have it. */
            script?: string;
            /** @description A picture that it begins with. */
            imageUrl?: string | unknown | unknown;
            /** @description In place of `imageUrl`: a picture that lies here already. The still of a shot is the output of the part `still-e1s2h3` of a film. */
            image?: {
                /** Format: uuid */
                uploadId: string;
            } | {
                /** Format: uuid */
                jobId: string;
                index: number;
            };
            videoProvider?: string;
            durationSec?: number;
            /** @description As `GET /ai/models` names it. `sketch-fail` and others there end as their names say. */
            model?: string;
            seed?: number;
            /** @description Absent: `false`. */
            dryRun?: boolean;
            metadata?: {
                [key: string]: unknown;
            };
            webhookUrl?: string;
        };
        QuoteProjectRequest: {
            /** @description What the screenplay is to be about, where there is none. Left out: title and description. */
            prompt?: string;
            /** @description What the project's settings, scenes and characters are to be changed to: the quote is as if that was done already. Nothing is changed. A new picture of a character cannot be quoted before it is the project's. */
            edit?: {
                scenes?: {
                    id: string;
                    place?: string;
                    /** @enum {string} */
                    time?: "day" | "night" | "dawn" | "dusk";
                    /** @enum {string} */
                    mood?: "calm" | "tense" | "joy" | "sad";
                    action?: string;
                    durationSec?: number;
                    characters?: string[];
                    lines?: {
                        character: string;
                        text: string;
                    }[];
                    /** @description Together as long as the scene, with all of its lines. Left out, they are planned anew when what they are planned of has changed. A shot keeps its clip by its place. */
                    shots?: {
                        seen: string;
                        characters: string[];
                        durationSec: number;
                        /** @description How many of the scene's lines are spoken in it. */
                        lines: number;
                    }[];
                    /** @description A take that a shot (left out: the first) is to show. Null: no shot shows one. */
                    clip?: null | {
                        /** Format: uuid */
                        jobId: string;
                        shot?: number;
                    };
                }[];
                characters?: {
                    id: string;
                    name?: string;
                    role?: string;
                    look?: string;
                    /** @enum {string} */
                    voice?: "woman" | "man" | "girl" | "boy" | "old_woman" | "old_man";
                    portrait?: null;
                }[];
                /** @description All scenes of the draft by their ids, as they are to be told; each stays in its episode. Null: as they were written. A scene that moves keeps its id, and what was made of it. */
                sceneOrder?: string[] | null;
                settings?: {
                    title?: string;
                    description?: string;
                    /** @enum {string} */
                    genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
                    /** @enum {string} */
                    language?: "zh" | "en";
                    episodes?: number;
                    scenesPerEpisode?: number;
                    /** @description Of one episode, whose scenes share it. */
                    durationSec?: number;
                    /** @description Everything is made for the first one; the others are cut from the same clips. */
                    ratios?: ("16:9" | "9:16" | "1:1")[];
                    /** @description How its pictures look, in words. */
                    style?: string;
                    /** @description Whom to ask for what. What is left out is the operator's default. */
                    models?: {
                        text?: components["schemas"]["ModelWish"];
                        image?: components["schemas"]["ModelWish"];
                        video?: components["schemas"]["ModelWish"];
                        audio?: components["schemas"]["ModelWish"];
                    };
                    /** @enum {string} */
                    subtitles?: "burnt" | "soft" | "none";
                    music?: boolean;
                    seed?: number;
                    /**
                     * @description What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.
                     * @enum {string}
                     */
                    onFailure?: "degrade" | "stop";
                };
            };
        };
        ProjectQuote: {
            /** @description Parts to be made, at most. */
            nodes: number;
            stages: {
                /** @enum {string} */
                stage: "writing" | "pictures" | "voices" | "music" | "clips" | "cutting";
                nodes: number;
                price: number;
            }[];
            /** @description Credits, at most. */
            price: number;
            /** @description Lines that nobody says, or that are shortened: their scenes have no time for them. */
            unspoken?: string[];
            /** @description Parts that there are already, made from the very same: they cost nothing. */
            reused: number;
            /** @description Of those, the ones that are less than what was wanted. */
            degraded: string[];
            /** @description Ids of the parts to be made; empty while the project has no scenes. */
            parts: string[];
            /** @description Of those, the ones that the project's newest production has: what has changed since makes them anew. */
            stale: string[];
            balance: number;
        };
        CreateProductionRequest: {
            /** @description What the screenplay is to be about, where there is none. Left out: title and description. */
            prompt?: string;
            /** @description The most credits that it may cost; so many are held. Left out: what it costs at most. */
            budget?: number;
            /** @description Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production. */
            webhookUrl?: string;
        };
        ProductionFeedPage: {
            items: components["schemas"]["ProductionEvent"][];
            /** @description Send it as `since` for what comes then. */
            next: number;
        };
        ProductionEvent: {
            /** @description Running number; the event's id in the stream. */
            n: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            stage: "starting" | "writing" | "pictures" | "voices" | "music" | "clips" | "cutting" | "done";
            /** @description Parts that are made. */
            made: number;
            /** @description Of so many; until the screenplay is written, of so many at most. */
            nodes: number;
            /** @description By expected time. It never falls within a round. */
            percent: number;
            /** @description An estimate. Null while nobody can say. */
            restMs: number | null;
            /** @description The part that was decided last. */
            node?: string;
            /** @description Only in the event with which it has ended. */
            production?: components["schemas"]["Production"];
        };
        GenerateDramaRequest: {
            title: string;
            description?: string;
            /** @enum {string} */
            genre?: "romance" | "mystery" | "comedy" | "fantasy" | "drama";
            /** @enum {string} */
            language?: "zh" | "en";
            episodes?: number;
            scenesPerEpisode?: number;
            /** @description Of one episode, whose scenes share it. */
            durationSec?: number;
            /** @description Everything is made for the first one; the others are cut from the same clips. */
            ratios?: ("16:9" | "9:16" | "1:1")[];
            /** @description How its pictures look, in words. */
            style?: string;
            /** @description Whom to ask for what. What is left out is the operator's default. */
            models?: {
                text?: components["schemas"]["ModelWish"];
                image?: components["schemas"]["ModelWish"];
                video?: components["schemas"]["ModelWish"];
                audio?: components["schemas"]["ModelWish"];
            };
            /** @enum {string} */
            subtitles?: "burnt" | "soft" | "none";
            music?: boolean;
            seed?: number;
            /**
             * @description What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.
             * @enum {string}
             */
            onFailure?: "degrade" | "stop";
            /** @description What the screenplay is to be about, where there is none. Left out: title and description. */
            prompt?: string;
            /** @description The most credits that it may cost; so many are held. Left out: what it costs at most. */
            budget?: number;
            /** @description Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production. */
            webhookUrl?: string;
        };
        ProductionPage: {
            items: components["schemas"]["Production"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        ProductionNodePage: {
            items: components["schemas"]["ProductionNode"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        ProductionNode: {
            /** @description What it is, the same in every plan of the project: `still-e1s2h3`. */
            id: string;
            kind: string;
            /** @enum {string} */
            stage: "writing" | "pictures" | "voices" | "music" | "clips" | "cutting";
            /** @enum {string} */
            type: "image" | "video" | "text" | "audio" | "archive";
            /**
             * @description `stale`: made in an earlier round, of parts that have been made anew since. It is shown as it was, and a resume makes it.
             * @enum {string}
             */
            state: "waiting" | "making" | "made" | "reused" | "stale" | "failed" | "skipped" | "cancelled";
            /** @description What it is made from. */
            from: string[];
            /** @description Why it is less than what was wanted. */
            degraded: string | null;
            /** @description Why it failed before there was a job, in words. Null: it has not, or `makes` says it. */
            reason: string | null;
            output: {
                jobId: string;
                /** @enum {string} */
                type: "image" | "video" | "text" | "audio" | "archive";
                url: string;
                /** @description Of a picture, or a still of a film: a WebP of at most 512 pixels a side. A small picture is its own. */
                thumbnailUrl: string | null;
                key: string;
                size: number;
                /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
                contentType: string;
                sha256: string;
                width: number | null;
                height: number | null;
                durationMs: number | null;
            } | null;
            /** @description The jobs that were made for it, the newest last. */
            makes: {
                jobId: string;
                round: number;
                /** @enum {string} */
                outcome: "completed" | "failed" | "cancelled" | "unpaid";
                cost: number;
                error: {
                    type: string;
                    message: string;
                } | null;
            }[];
        };
        ResumeProductionRequest: {
            /** @description The most credits that it may cost; so many are held. Left out: what it costs at most. */
            budget?: number;
        };
        RemakeNodeRequest: {
            /** @description The most credits that it may cost; so many are held. Left out: what it costs at most. */
            budget?: number;
        };
        QuoteProductionRequest: {
            /** @description Parts to be made anew, by their ids. Left out: what is missing. */
            remake?: string[];
        };
        RoundQuote: {
            /** @description Parts to be made, at most. */
            nodes: number;
            stages: {
                /** @enum {string} */
                stage: "writing" | "pictures" | "voices" | "music" | "clips" | "cutting";
                nodes: number;
                price: number;
            }[];
            /** @description Credits, at most. */
            price: number;
            /** @description Ids of the parts to be made; empty while they are not planned. */
            parts: string[];
            balance: number;
        };
        ProductionExportOrJob: components["schemas"]["ProductionExport"] | components["schemas"]["Job"];
        ProductionExport: {
            production: components["schemas"]["Production"];
            /** Format: uuid */
            projectId: string;
            files: {
                node: string;
                kind: string;
                /** @enum {string} */
                type: "image" | "video" | "text" | "audio" | "archive";
                url: string;
                key: string;
                size: number;
                /** @description Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`. */
                contentType: string;
                sha256: string;
                width: number | null;
                height: number | null;
                durationMs: number | null;
                /** @description Why it is less than what was wanted. */
                degraded: string | null;
                /** @description It was made in an earlier round, of parts that have been made anew since; it is shown until a resume makes it. */
                isStale: boolean;
                /** @description Parts that it was made from. */
                from: string[];
                /** @description Null when its job is no longer there. */
                madeBy: {
                    jobId: string;
                    /** @description As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here. */
                    provider: string;
                    /** @description The `id` of a model of `GET /ai/models`. */
                    model: string;
                    prompt: string;
                    instruction: string | null;
                    seed: number | null;
                    cost: number;
                    at: string | null;
                } | null;
            }[];
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            /** @description Exact without filters, null with them. */
            total: number | null;
            /** @description Send it as `cursor` for the next page. */
            nextCursor: string | null;
            hasMore: boolean;
        };
        Delivery: {
            /** @description The job's or production's id, a hyphen and the round; every try carries it as `webhook-id`. */
            id: string;
            /** @description Null when a production has ended. */
            jobId: string | null;
            /** @description Null when a job has ended. */
            productionId: string | null;
            round: number;
            url: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "dead";
            attempts: number;
            /** @description The latest answer's HTTP status; null when there was none. */
            lastStatus: number | null;
            lastError: string | null;
            /** @description When it is tried next; null unless it is pending. */
            nextAt: string | null;
            /** Format: date-time */
            createdAt: string;
            deliveredAt: string | null;
        };
        WebhookSecrets: {
            /** @description `whsec_` and base64, as Standard Webhooks writes it. */
            secret: string;
            /** @description The one before, while messages are signed with it too. */
            previous?: string;
            /** Format: date-time */
            previousExpiresAt?: string;
        };
        VerifyRequest: {
            output: string;
        };
        Verdict: {
            /** @description Found from the bytes. */
            type: string;
            sha256: string;
            /**
             * @description `partly`: cut or damaged; the marks are those in front of that. `not`: of no format that is looked into.
             * @enum {string}
             */
            read: "whole" | "partly" | "not";
            /**
             * @description What the file says of itself.
             * @enum {string}
             */
            ai: "yes" | "maybe" | "not_declared" | "unknown";
            ours: {
                /** @description It carries a label that we have written. */
                known: boolean;
                /** @description The output's name in its label. */
                output: string | null;
                /** @description Whether it is what was labelled; null where that cannot be told any more. */
                intact: boolean | null;
            };
            marks: ({
                /** @constant */
                kind: "gb45438";
                /** @description Format and place, such as `png:tEXt`. */
                carrier: string;
                /** @enum {string} */
                state: "ok" | "malformed" | "conflicting";
                /** @description 1: made by AI; 2: perhaps; 3: suspected. */
                label: ("1" | "2" | "3") | null;
                producer: string | null;
                produceId: string | null;
                propagator: string | null;
                propagateId: string | null;
                /** @enum {string} */
                signature: "ours_ok" | "ours_broken" | "foreign";
                /** @description In which ways it is not as the standard wants it. */
                deviations: string[];
            } | {
                /** @constant */
                kind: "iptc";
                value: string;
            } | {
                /** @constant */
                kind: "c2pa";
                /** @enum {string} */
                state: "trusted" | "valid" | "invalid" | "unreadable" | "remote_only";
                signer: string | null;
                generator: string | null;
                sourceType: string | null;
                failures: string[];
                /** @description Why it is `unreadable`. */
                reason: ("not_checked" | "failed") | null;
            })[];
            /** @description One line for people. */
            summary: string;
            limits: string;
        };
        JobWebhookEvent: components["schemas"]["JobCompletedEvent"] | components["schemas"]["JobFailedEvent"] | components["schemas"]["JobCancelledEvent"];
        JobCompletedEvent: {
            /** @constant */
            type: "job.completed";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Job"];
        };
        JobFailedEvent: {
            /** @constant */
            type: "job.failed";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Job"];
        };
        JobCancelledEvent: {
            /** @constant */
            type: "job.cancelled";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Job"];
        };
        ProductionWebhookEvent: components["schemas"]["ProductionCompletedEvent"] | components["schemas"]["ProductionFailedEvent"] | components["schemas"]["ProductionCancelledEvent"];
        ProductionCompletedEvent: {
            /** @constant */
            type: "production.completed";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Production"];
        };
        ProductionFailedEvent: {
            /** @constant */
            type: "production.failed";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Production"];
        };
        ProductionCancelledEvent: {
            /** @constant */
            type: "production.cancelled";
            /**
             * Format: date-time
             * @description When it ended.
             */
            timestamp: string;
            data: components["schemas"]["Production"];
        };
    };
    responses: {
        /** @description `invalid_request`: The request is not valid. */
        InvalidRequest: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 400;
                    error?: {
                        /** @enum {unknown} */
                        type?: "invalid_request";
                    };
                };
            };
        };
        /** @description `rate_limited`: Too many at once. Wait for Retry-After seconds. */
        RateLimited: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait before the next try. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 429;
                    error?: {
                        /** @enum {unknown} */
                        type?: "rate_limited";
                    };
                };
            };
        };
        /** @description `internal`: Something went wrong on our side. Tell us the request id. */
        Internal: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 500;
                    error?: {
                        /** @enum {unknown} */
                        type?: "internal";
                    };
                };
            };
        };
        /** @description `unavailable`: This is not available just now. Try again after Retry-After seconds. */
        Unavailable: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait before the next try. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 503;
                    error?: {
                        /** @enum {unknown} */
                        type?: "unavailable";
                    };
                };
            };
        };
        /** @description `conflict`: This does not fit the present state. Read it again, then decide. */
        Conflict: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 409;
                    error?: {
                        /** @enum {unknown} */
                        type?: "conflict";
                    };
                };
            };
        };
        /** @description `too_large`: The request is too large. */
        TooLarge: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 413;
                    error?: {
                        /** @enum {unknown} */
                        type?: "too_large";
                    };
                };
            };
        };
        /** @description `unsupported_media_type`: Send JSON with Content-Type: application/json. */
        UnsupportedMediaType: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 415;
                    error?: {
                        /** @enum {unknown} */
                        type?: "unsupported_media_type";
                    };
                };
            };
        };
        /** @description `unauthenticated`: Log in first, and send the token as Authorization: Bearer <token>. */
        Unauthenticated: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 401;
                    error?: {
                        /** @enum {unknown} */
                        type?: "unauthenticated";
                    };
                };
            };
        };
        /** @description `not_found`: There is nothing here. Check the path and the id. */
        NotFound: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 404;
                    error?: {
                        /** @enum {unknown} */
                        type?: "not_found";
                    };
                };
            };
        };
        /** @description `idempotency_mismatch`: This Idempotency-Key was used with another body. Use a new key for a new request. */
        IdempotencyMismatch: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 422;
                    error?: {
                        /** @enum {unknown} */
                        type?: "idempotency_mismatch";
                    };
                };
            };
        };
        /** @description `forbidden`: This account may not do that. */
        Forbidden: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 403;
                    error?: {
                        /** @enum {unknown} */
                        type?: "forbidden";
                    };
                };
            };
        };
        /** @description `storage_full`: The store is full. Nothing was lost; try again later. */
        StorageFull: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait before the next try. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 507;
                    error?: {
                        /** @enum {unknown} */
                        type?: "storage_full";
                    };
                };
            };
        };
        /** @description `insufficient_credits`: There are not enough credits for this. */
        InsufficientCredits: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 402;
                    error?: {
                        /** @enum {unknown} */
                        type?: "insufficient_credits";
                    };
                };
            };
        };
        /** @description `conflict`: This does not fit the present state. Read it again, then decide. `too_late`: The provider has delivered already; this can no longer be cancelled. */
        ConflictOrTooLate: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 409;
                    error?: {
                        /** @enum {unknown} */
                        type?: "conflict" | "too_late";
                    };
                };
            };
        };
        /** @description `upgrade_required`: This is spoken to over a WebSocket only; read the same events as a stream instead. */
        UpgradeRequired: {
            headers: {
                /** @description Names this request in our log. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @constant */
                    code?: 426;
                    error?: {
                        /** @enum {unknown} */
                        type?: "upgrade_required";
                    };
                };
            };
        };
    };
    parameters: {
        /**
         * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
         * @example order-7f3a
         */
        "Idempotency-Key": string;
        /**
         * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
         * @example wait=20
         */
        Prefer: string;
        /**
         * @description The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.
         * @example 7
         */
        "Last-Event-ID": string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Error = components['schemas']['Error'];
export type Health = components['schemas']['Health'];
export type RegisterRequest = components['schemas']['RegisterRequest'];
export type Session = components['schemas']['Session'];
export type LoginRequest = components['schemas']['LoginRequest'];
export type ForgotPasswordRequest = components['schemas']['ForgotPasswordRequest'];
export type ResetPasswordRequest = components['schemas']['ResetPasswordRequest'];
export type PasswordReset = components['schemas']['PasswordReset'];
export type VerifyEmailRequest = components['schemas']['VerifyEmailRequest'];
export type Verified = components['schemas']['Verified'];
export type Me = components['schemas']['Me'];
export type UpdateMeRequest = components['schemas']['UpdateMeRequest'];
export type ChangedUser = components['schemas']['ChangedUser'];
export type Credits = components['schemas']['Credits'];
export type TransactionPage = components['schemas']['TransactionPage'];
export type Transaction = components['schemas']['Transaction'];
export type RedeemCodeRequest = components['schemas']['RedeemCodeRequest'];
export type Redeemed = components['schemas']['Redeemed'];
export type CreditPacks = components['schemas']['CreditPacks'];
export type CreditPack = components['schemas']['CreditPack'];
export type CreateCheckoutRequest = components['schemas']['CreateCheckoutRequest'];
export type Order = components['schemas']['Order'];
export type OrderPage = components['schemas']['OrderPage'];
export type CreateCodesRequest = components['schemas']['CreateCodesRequest'];
export type NewCodes = components['schemas']['NewCodes'];
export type CreateUploadRequest = components['schemas']['CreateUploadRequest'];
export type AnnouncedUpload = components['schemas']['AnnouncedUpload'];
export type SignedUpload = components['schemas']['SignedUpload'];
export type Upload = components['schemas']['Upload'];
export type GenerateImageRequest = components['schemas']['GenerateImageRequest'];
export type Job = components['schemas']['Job'];
export type Output = components['schemas']['Output'];
export type JobError = components['schemas']['JobError'];
export type GenerateScreenplayRequest = components['schemas']['GenerateScreenplayRequest'];
export type GenerateSpeechRequest = components['schemas']['GenerateSpeechRequest'];
export type GenerateMusicRequest = components['schemas']['GenerateMusicRequest'];
export type GenerateVideoRequest = components['schemas']['GenerateVideoRequest'];
export type QuoteRequest = components['schemas']['QuoteRequest'];
export type Quote = components['schemas']['Quote'];
export type ModelList = components['schemas']['ModelList'];
export type Model = components['schemas']['Model'];
export type SizeRule = components['schemas']['SizeRule'];
export type PriceRule = components['schemas']['PriceRule'];
export type ProviderList = components['schemas']['ProviderList'];
export type ProviderStatus = components['schemas']['ProviderStatus'];
export type UserFeedPage = components['schemas']['UserFeedPage'];
export type UserEvent = components['schemas']['UserEvent'];
export type UserSnapshot = components['schemas']['UserSnapshot'];
export type Production = components['schemas']['Production'];
export type UserJobEvent = components['schemas']['UserJobEvent'];
export type UserProductionEvent = components['schemas']['UserProductionEvent'];
export type JobPage = components['schemas']['JobPage'];
export type FeedPage = components['schemas']['FeedPage'];
export type FeedEvent = components['schemas']['FeedEvent'];
export type Download = components['schemas']['Download'];
export type ModelWish = components['schemas']['ModelWish'];
export type CreateProjectRequest = components['schemas']['CreateProjectRequest'];
export type Project = components['schemas']['Project'];
export type ProjectPage = components['schemas']['ProjectPage'];
export type ProjectWithDrafts = components['schemas']['ProjectWithDrafts'];
export type UpdateProjectRequest = components['schemas']['UpdateProjectRequest'];
export type ScenePage = components['schemas']['ScenePage'];
export type Scene = components['schemas']['Scene'];
export type Clip = components['schemas']['Clip'];
export type UpdateSceneRequest = components['schemas']['UpdateSceneRequest'];
export type CharacterPage = components['schemas']['CharacterPage'];
export type Character = components['schemas']['Character'];
export type UpdateCharacterRequest = components['schemas']['UpdateCharacterRequest'];
export type GenerateScenesRequest = components['schemas']['GenerateScenesRequest'];
export type FilmSceneRequest = components['schemas']['FilmSceneRequest'];
export type QuoteProjectRequest = components['schemas']['QuoteProjectRequest'];
export type ProjectQuote = components['schemas']['ProjectQuote'];
export type CreateProductionRequest = components['schemas']['CreateProductionRequest'];
export type ProductionFeedPage = components['schemas']['ProductionFeedPage'];
export type ProductionEvent = components['schemas']['ProductionEvent'];
export type GenerateDramaRequest = components['schemas']['GenerateDramaRequest'];
export type ProductionPage = components['schemas']['ProductionPage'];
export type ProductionNodePage = components['schemas']['ProductionNodePage'];
export type ProductionNode = components['schemas']['ProductionNode'];
export type ResumeProductionRequest = components['schemas']['ResumeProductionRequest'];
export type RemakeNodeRequest = components['schemas']['RemakeNodeRequest'];
export type QuoteProductionRequest = components['schemas']['QuoteProductionRequest'];
export type RoundQuote = components['schemas']['RoundQuote'];
export type ProductionExportOrJob = components['schemas']['ProductionExportOrJob'];
export type ProductionExport = components['schemas']['ProductionExport'];
export type DeliveryPage = components['schemas']['DeliveryPage'];
export type Delivery = components['schemas']['Delivery'];
export type WebhookSecrets = components['schemas']['WebhookSecrets'];
export type VerifyRequest = components['schemas']['VerifyRequest'];
export type Verdict = components['schemas']['Verdict'];
export type JobWebhookEvent = components['schemas']['JobWebhookEvent'];
export type JobCompletedEvent = components['schemas']['JobCompletedEvent'];
export type JobFailedEvent = components['schemas']['JobFailedEvent'];
export type JobCancelledEvent = components['schemas']['JobCancelledEvent'];
export type ProductionWebhookEvent = components['schemas']['ProductionWebhookEvent'];
export type ProductionCompletedEvent = components['schemas']['ProductionCompletedEvent'];
export type ProductionFailedEvent = components['schemas']['ProductionFailedEvent'];
export type ProductionCancelledEvent = components['schemas']['ProductionCancelledEvent'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseRateLimited = components['responses']['RateLimited'];
export type ResponseInternal = components['responses']['Internal'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ResponseConflict = components['responses']['Conflict'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponseUnauthenticated = components['responses']['Unauthenticated'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseIdempotencyMismatch = components['responses']['IdempotencyMismatch'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseStorageFull = components['responses']['StorageFull'];
export type ResponseInsufficientCredits = components['responses']['InsufficientCredits'];
export type ResponseConflictOrTooLate = components['responses']['ConflictOrTooLate'];
export type ResponseUpgradeRequired = components['responses']['UpgradeRequired'];
export type ParameterIdempotencyKey = components['parameters']['Idempotency-Key'];
export type ParameterPrefer = components['parameters']['Prefer'];
export type ParameterLastEventId = components['parameters']['Last-Event-ID'];
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "status": "ok",
                     *         "version": "0.1.0",
                     *         "sendsMail": true
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Health"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "you",
                 *       "email": "you@example.com",
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "userId": "01a223c7-0e8e-7217-9da1-060c89628e62",
                     *         "email": "you@example.com",
                     *         "token": "eyJhbGciOiJIUzI1NiIs…",
                     *         "expiresAt": "2026-12-05T20:09:37.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Session"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "you@example.com",
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "userId": "01a223c7-0e8e-7217-9da1-060c89628e62",
                     *         "email": "you@example.com",
                     *         "token": "eyJhbGciOiJIUzI1NiIs…",
                     *         "expiresAt": "2026-12-05T20:09:37.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Session"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "you@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["ForgotPasswordRequest"];
            };
        };
        responses: {
            /** @description Taken on; it goes on. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "AaIkjmiedEOu44quVcUwQWsLdhp89pmjS-N3irMStXIzXOLU",
                 *       "password": "battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "email": "forgetful@example.com"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["PasswordReset"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "AaIkji42dr6oCHPxE3U-HGsLdhmexjfbKFjIaUYqWb4X-_no"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "email": "you@example.com",
                     *         "emailVerified": true
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Verified"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    sendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on; it goes on. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "userId": "01a2248e-2e36-76be-a808-73f113753e1c",
                     *         "username": "you",
                     *         "email": "you@example.com",
                     *         "emailVerified": false,
                     *         "role": "user",
                     *         "createdAt": "2026-11-28T23:47:07.446Z",
                     *         "storage": {
                     *           "usedBytes": 0,
                     *           "maxBytes": 10737418240
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Me"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "Bea"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateMeRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "userId": "01a2248e-2e36-76be-a808-73f113753e1c",
                     *         "username": "Bea",
                     *         "email": "you@example.com",
                     *         "emailVerified": false,
                     *         "role": "user",
                     *         "createdAt": "2026-11-28T23:47:07.446Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ChangedUser"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCredits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "balance": 90,
                     *         "held": 0,
                     *         "totalEarned": 110,
                     *         "totalSpent": 20
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Credits"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTransactions: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a223c7-5192-7117-af86-4699a49caa10",
                     *             "type": "refund",
                     *             "amount": 14,
                     *             "productionId": "01a223c7-50ae-748d-8f82-e92b7c740a74",
                     *             "round": 1,
                     *             "description": "Credits of a production given back",
                     *             "balanceBefore": 76,
                     *             "balanceAfter": 90,
                     *             "createdAt": "2026-11-28T20:09:54.834Z"
                     *           }
                     *         ],
                     *         "total": 16,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["TransactionPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    redeemCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "DF-0R8S2-B1ZQZ-T4BR8-P94F8"
                 *     }
                 */
                "application/json": components["schemas"]["RedeemCodeRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "credits": 50,
                     *         "balance": 96
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Redeemed"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPacks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "enabled": true,
                     *         "items": [
                     *           {
                     *             "name": "500 credits",
                     *             "id": "small",
                     *             "credits": 500,
                     *             "amount": 499,
                     *             "currency": "usd"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["CreditPacks"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    createCheckout: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "packId": "small"
                 *     }
                 */
                "application/json": components["schemas"]["CreateCheckoutRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Order"];
                    };
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a2248e-654a-759e-a3b4-78d381a8fa8f",
                     *         "packId": "small",
                     *         "name": "500 credits",
                     *         "credits": 500,
                     *         "amount": 499,
                     *         "currency": "usd",
                     *         "status": "open",
                     *         "url": "https://checkout.stripe.com/c/pay/cs_test_a354a4fdd5b9477f9c30095abaa27263",
                     *         "creditsTakenBack": 0,
                     *         "createdAt": "2026-11-28T23:47:21.569Z",
                     *         "expiresAt": "2026-11-29T01:47:21.569Z",
                     *         "paidAt": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Order"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a2248e-654a-759e-a3b4-78d381a8fa8f",
                     *             "packId": "small",
                     *             "name": "500 credits",
                     *             "credits": 500,
                     *             "amount": 499,
                     *             "currency": "usd",
                     *             "status": "open",
                     *             "url": "https://checkout.stripe.com/c/pay/cs_test_a354a4fdd5b9477f9c30095abaa27263",
                     *             "creditsTakenBack": 0,
                     *             "createdAt": "2026-11-28T23:47:21.569Z",
                     *             "expiresAt": "2026-11-29T01:47:21.569Z",
                     *             "paidAt": null
                     *           }
                     *         ],
                     *         "total": 1,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["OrderPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    createCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credits": 50,
                 *       "count": 1
                 *     }
                 */
                "application/json": components["schemas"]["CreateCodesRequest"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "code": "DF-0R8S2-B1ZQZ-T4BR8-P94F8",
                     *             "credits": 50,
                     *             "expiresAt": null
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["NewCodes"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filename": "lighthouse.png",
                 *       "contentType": "image/png",
                 *       "size": 48213
                 *     }
                 */
                "application/json": components["schemas"]["CreateUploadRequest"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "uploadId": "01a223c7-58c5-72ad-9497-3e625645a7fd",
                     *         "key": "temp/uploads/01a223c7-0e8e-7217-9da1-060c89628e62/01a223c7-58c5-72ad-9497-3e625645a7fd",
                     *         "upload": {
                     *           "method": "POST",
                     *           "url": "https://api.example.com/media/",
                     *           "fields": {
                     *             "key": "temp/uploads/01a223c7-0e8e-7217-9da1-060c89628e62/01a223c7-58c5-72ad-9497-3e625645a7fd",
                     *             "Content-Type": "image/png",
                     *             "policy": "eyJrZXkiOiJ0ZW1wL3VwbG9hZHMvMDFhMjIzYzctMGU4ZS03MjE3LTlkYTEtMDYwYzg5NjI4ZTYyLzAxYTIyM2M3LTU4YzUtNzJhZC05NDk3LTNlNjI1NjQ1YTdmZCIsImNvbnRlbnRUeXBlIjoiaW1hZ2UvcG5nIiwic2l6ZSI6NDgyMTMsImV4cGlyZXNBdCI6MTc5NTg5NzQ5NjY3N30",
                     *             "signature": "kqx8ZSsBL-bmPpmYTmDpZTNCNwRmfcM_iFS9Eo0aCJA"
                     *           }
                     *         },
                     *         "expiresAt": "2026-11-28T20:24:56.677Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["AnnouncedUpload"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upload's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "uploadId": "01a223c7-58c5-72ad-9497-3e625645a7fd",
                     *         "status": "pending"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Upload"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upload's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    generateImage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "a lighthouse at dusk, watercolour",
                 *       "size": "768x512",
                 *       "seed": 7,
                 *       "metadata": {
                 *         "order": "A-17"
                 *       },
                 *       "webhookUrl": "https://you.example.com/hooks/dream-factory"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateImageRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-10da-7477-aeca-fb1f1c68e46b",
                     *         "type": "image",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "a lighthouse at dusk, watercolour",
                     *         "params": {
                     *           "n": 1,
                     *           "seed": 7,
                     *           "size": "768x512"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": {
                     *           "order": "A-17"
                     *         },
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:38.267Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:38.267Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    generateScreenplay: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "A keeper finds the light burning for ships that sank long ago.",
                 *       "genre": "fantasy"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateScreenplayRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-21bc-73a2-93a4-c4f1f20183cd",
                     *         "type": "text",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "A keeper finds the light burning for ships that sank long ago.",
                     *         "params": {
                     *           "n": 1,
                     *           "durationSec": 60,
                     *           "language": "en",
                     *           "genre": "fantasy",
                     *           "episodes": 1,
                     *           "scenesPerEpisode": 3
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:42.588Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:42.588Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    generateSpeech: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "The light has gone out.",
                 *       "voice": "woman"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateSpeechRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-1865-770d-ad5d-1929cd9c0f15",
                     *         "type": "audio",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "The light has gone out.",
                     *         "params": {
                     *           "n": 1,
                     *           "sound": "speech",
                     *           "voice": "woman"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:40.213Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:40.213Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    generateMusic: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "fog comes in",
                 *       "mood": "calm",
                 *       "durationSec": 1
                 *     }
                 */
                "application/json": components["schemas"]["GenerateMusicRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-1980-71ea-9bf9-484ca397cc3a",
                     *         "type": "audio",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "fog comes in",
                     *         "params": {
                     *           "n": 1,
                     *           "durationSec": 1,
                     *           "sound": "music",
                     *           "mood": "calm"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:40.480Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:40.480Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    generateVideo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "waves roll in below the lighthouse",
                 *       "durationSec": 1,
                 *       "resolution": "480p",
                 *       "ratio": "1:1"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateVideoRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-185a-74e2-8590-1a5f1d684862",
                     *         "type": "video",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "waves roll in below the lighthouse",
                     *         "params": {
                     *           "n": 1,
                     *           "durationSec": 1,
                     *           "ratio": "1:1",
                     *           "resolution": "480p"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 5,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:40.186Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:40.186Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    quote: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "a lake",
                 *       "size": "64x64"
                 *     }
                 */
                "application/json": components["schemas"]["QuoteRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "price": 1,
                     *         "balance": 90,
                     *         "provider": "sketch",
                     *         "model": "sketch"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Quote"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "wan2.6-t2i",
                     *             "provider": "dashscope",
                     *             "type": "image",
                     *             "operations": [
                     *               "generate"
                     *             ],
                     *             "maxOutputs": 4,
                     *             "inputs": {
                     *               "min": 0,
                     *               "max": 0
                     *             },
                     *             "sizeRule": {
                     *               "minPixels": 589824,
                     *               "maxPixels": 2073600,
                     *               "maxRatio": 4
                     *             },
                     *             "price": 6,
                     *             "pricing": {
                     *               "unit": "output",
                     *               "amount": 6
                     *             },
                     *             "available": false,
                     *             "unavailable": {
                     *               "reason": "no_key",
                     *               "message": "dashscope has no key here."
                     *             }
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ModelList"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    providerHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "provider": "dashscope",
                     *             "status": "unconfigured",
                     *             "message": "It has no key here."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProviderList"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description Answers at once, as JSON: what is newer than this place, the `next` of the answer before; or `0` for a snapshot. */
                since?: string;
            };
            header?: {
                /**
                 * @description The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.
                 * @example 7
                 */
                "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "event": "snapshot",
                     *             "data": {
                     *               "jobs": [],
                     *               "productions": [],
                     *               "missed": false
                     *             }
                     *           }
                     *         ],
                     *         "next": "8."
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["UserFeedPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only jobs that read so; several are parted by commas. */
                status?: string;
                /** @description Only jobs of this type; several are parted by commas. */
                type?: string;
                /** @description Only jobs whose prompt has each of these words, wherever it stands in it, in upper or lower case. A page looks at 1,000 jobs at most, so that it may have fewer entries than `limit`, or none, although more follow: go on while `hasMore`. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a223c7-2266-768c-a0a0-64c9dd5fa87b",
                     *             "type": "image",
                     *             "operation": "generate",
                     *             "status": "failed",
                     *             "stage": "done",
                     *             "progress": 0,
                     *             "provider": "import",
                     *             "model": "import",
                     *             "prompt": "",
                     *             "params": {
                     *               "imageUrl": "http://localhost/no.png"
                     *             },
                     *             "dryRun": false,
                     *             "metadata": null,
                     *             "cost": 0,
                     *             "round": 1,
                     *             "attempts": 1,
                     *             "outputs": [],
                     *             "resultUrls": [],
                     *             "error": {
                     *               "type": "fetch_refused",
                     *               "message": "The URL leads to a place that may not be fetched from.",
                     *               "retryable": false
                     *             },
                     *             "createdAt": "2026-11-28T20:09:42.758Z",
                     *             "startedAt": "2026-11-28T20:09:42.760Z",
                     *             "completedAt": "2026-11-28T20:09:42.764Z",
                     *             "updatedAt": "2026-11-28T20:09:42.768Z"
                     *           }
                     *         ],
                     *         "total": 8,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["JobPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-1865-770d-ad5d-1929cd9c0f15",
                     *         "type": "audio",
                     *         "operation": "generate",
                     *         "status": "completed",
                     *         "stage": "done",
                     *         "progress": 100,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "The light has gone out.",
                     *         "params": {
                     *           "n": 1,
                     *           "sound": "speech",
                     *           "voice": "woman"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 1,
                     *         "outputs": [
                     *           {
                     *             "index": 0,
                     *             "type": "audio",
                     *             "url": "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-1865-770d-ad5d-1929cd9c0f15/audio-1795896580253-0.wav",
                     *             "thumbnailUrl": null,
                     *             "key": "users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-1865-770d-ad5d-1929cd9c0f15/audio-1795896580253-0.wav",
                     *             "size": 86052,
                     *             "contentType": "audio/wav",
                     *             "sha256": "df0d15b1bfd8ca2eba60d4e05771ee62d218ef6f395ab0f3fecb5699a100d974",
                     *             "width": null,
                     *             "height": null,
                     *             "durationMs": 1771,
                     *             "visibleLabel": false,
                     *             "createdAt": "2026-11-28T20:09:40.426Z"
                     *           }
                     *         ],
                     *         "resultUrls": [
                     *           "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-1865-770d-ad5d-1929cd9c0f15/audio-1795896580253-0.wav"
                     *         ],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:40.213Z",
                     *         "startedAt": "2026-11-28T20:09:40.253Z",
                     *         "completedAt": "2026-11-28T20:09:40.449Z",
                     *         "updatedAt": "2026-11-28T20:09:40.449Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    jobEvents: {
        parameters: {
            query?: {
                /** @description Answers at once, as JSON: what is newer than this number. */
                since?: number;
            };
            header?: {
                /**
                 * @description The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.
                 * @example 7
                 */
                "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
            };
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 1
                     *     event: progress
                     *     data: {"n":1,"at":"2026-11-28T20:09:38.267Z","status":"pending","stage":"queued","progress":0}
                     *
                     *     id: 2
                     *     event: progress
                     *     data: {"n":2,"at":"2026-11-28T20:09:38.435Z","status":"processing","stage":"submitted","progress":0}
                     *
                     *     id: 3
                     *     event: progress
                     *     data: {"n":3,"at":"2026-11-28T20:09:38.443Z","status":"processing","stage":"transferring","progress":0}
                     *
                     *     id: 4
                     *     event: progress
                     *     data: {"n":4,"at":"2026-11-28T20:09:39.535Z","status":"processing","stage":"storing","progress":0}
                     *
                     *     id: 5
                     *     event: end
                     *     data: {"n":5,"at":"2026-11-28T20:09:39.574Z","status":"completed","stage":"done","progress":100,"job":{"id":"01a223c7-10da-7477-aeca-fb1f1c68e46b","type":"image","operation":"generate","status":"completed","stage":"done","progress":100,"provider":"sketch","model":"sketch","prompt":"a lighthouse at dusk, watercolour","params":{"n":1,"seed":7,"size":"768x512"},"dryRun":false,"metadata":{"order":"A-17"},"cost":1,"round":1,"attempts":1,"outputs":[{"index":0,"type":"image","url":"https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-10da-7477-aeca-fb1f1c68e46b/image-1795896578435-0.png","key":"users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-10da-7477-aeca-fb1f1c68e46b/image-1795896578435-0.png","size":83025,"contentType":"image/png","sha256":"9206315be07d2c752f34124c8e79d22e7fe9950ce902e7899af62ae4edfcf33b","width":768,"height":512,"durationMs":null,"visibleLabel":false,"createdAt":"2026-11-28T20:09:39.542Z"}],"resultUrls":["https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-10da-7477-aeca-fb1f1c68e46b/image-1795896578435-0.png"],"error":null,"createdAt":"2026-11-28T20:09:38.267Z","startedAt":"2026-11-28T20:09:38.435Z","completedAt":"2026-11-28T20:09:39.574Z","updatedAt":"2026-11-28T20:09:39.574Z"}}
                     *
                     *     retry: 2989
                     */
                    "text/event-stream": string;
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["FeedPage"];
                    };
                };
            };
            /** @description The job has ended, and Last-Event-ID says that its end is known. */
            204: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    downloadOutput: {
        parameters: {
            query?: {
                /** @description What the file is to be called. What no system takes in a name is left out, 80 characters are kept, and the extension is that of the file. Default: the prompt. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
                /** @description The index. */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "url": "https://api.example.com/media/users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/01a2247d-64ee-73d7-847b-06bf83c0c9a4/image-1795908527382-0.png?download=lighthouse.png",
                     *         "filename": "lighthouse.png",
                     *         "contentType": "image/png"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Download"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on; it goes on. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-2266-768c-a0a0-64c9dd5fa87b",
                     *         "type": "image",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "import",
                     *         "model": "import",
                     *         "prompt": "",
                     *         "params": {
                     *           "imageUrl": "http://localhost/no.png"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 0,
                     *         "round": 2,
                     *         "attempts": 1,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "createdAt": "2026-11-28T20:09:42.758Z",
                     *         "startedAt": "2026-11-28T20:09:42.760Z",
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:42.818Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-22c0-7796-927e-f07c900a745d",
                     *         "type": "image",
                     *         "operation": "generate",
                     *         "status": "cancelled",
                     *         "stage": "done",
                     *         "progress": 0,
                     *         "provider": "test",
                     *         "model": "sketch-slow",
                     *         "prompt": "a lake",
                     *         "params": {
                     *           "n": 1,
                     *           "size": "64x64"
                     *         },
                     *         "dryRun": false,
                     *         "metadata": null,
                     *         "cost": 1,
                     *         "round": 1,
                     *         "attempts": 1,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "providerCancel": "requested",
                     *         "createdAt": "2026-11-28T20:09:42.849Z",
                     *         "startedAt": "2026-11-28T20:09:42.852Z",
                     *         "completedAt": "2026-11-28T20:09:42.869Z",
                     *         "updatedAt": "2026-11-28T20:09:42.869Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrTooLate"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *             "title": "Ferry",
                     *             "description": "",
                     *             "genre": "drama",
                     *             "language": "en",
                     *             "episodes": 1,
                     *             "scenesPerEpisode": 1,
                     *             "durationSec": 10,
                     *             "ratios": [
                     *               "16:9"
                     *             ],
                     *             "style": "",
                     *             "models": {},
                     *             "subtitles": "burnt",
                     *             "seed": 83455859,
                     *             "onFailure": "degrade",
                     *             "music": true,
                     *             "draft": null,
                     *             "sceneOrder": null,
                     *             "running": null,
                     *             "version": 1,
                     *             "createdAt": "2026-11-28T20:09:43.299Z",
                     *             "updatedAt": "2026-11-28T20:09:43.299Z"
                     *           }
                     *         ],
                     *         "total": 1,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProjectPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Ferry",
                 *       "durationSec": 10,
                 *       "scenesPerEpisode": 1
                 *     }
                 */
                "application/json": components["schemas"]["CreateProjectRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the project as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Project"];
                    };
                };
            };
            /** @description The project, without scenes. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "title": "Ferry",
                     *         "description": "",
                     *         "genre": "drama",
                     *         "language": "en",
                     *         "episodes": 1,
                     *         "scenesPerEpisode": 1,
                     *         "durationSec": 10,
                     *         "ratios": [
                     *           "16:9"
                     *         ],
                     *         "style": "",
                     *         "models": {},
                     *         "subtitles": "burnt",
                     *         "seed": 83455859,
                     *         "onFailure": "degrade",
                     *         "music": true,
                     *         "draft": null,
                     *         "sceneOrder": null,
                     *         "running": null,
                     *         "version": 1,
                     *         "createdAt": "2026-11-28T20:09:43.299Z",
                     *         "updatedAt": "2026-11-28T20:09:43.299Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Project"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "title": "Ferry",
                     *         "description": "",
                     *         "genre": "drama",
                     *         "language": "en",
                     *         "episodes": 1,
                     *         "scenesPerEpisode": 1,
                     *         "durationSec": 10,
                     *         "ratios": [
                     *           "16:9"
                     *         ],
                     *         "style": "",
                     *         "models": {},
                     *         "subtitles": "burnt",
                     *         "seed": 83455859,
                     *         "onFailure": "degrade",
                     *         "music": true,
                     *         "draft": null,
                     *         "sceneOrder": null,
                     *         "running": null,
                     *         "version": 1,
                     *         "createdAt": "2026-11-28T20:09:43.299Z",
                     *         "updatedAt": "2026-11-28T20:09:43.299Z",
                     *         "drafts": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProjectWithDrafts"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 1,
                 *       "music": false,
                 *       "sceneOrder": null
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProjectRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "title": "Ferry",
                     *         "description": "",
                     *         "genre": "drama",
                     *         "language": "en",
                     *         "episodes": 1,
                     *         "scenesPerEpisode": 1,
                     *         "durationSec": 10,
                     *         "ratios": [
                     *           "16:9"
                     *         ],
                     *         "style": "",
                     *         "models": {},
                     *         "subtitles": "burnt",
                     *         "seed": 83455859,
                     *         "onFailure": "degrade",
                     *         "music": false,
                     *         "draft": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *         "sceneOrder": null,
                     *         "running": null,
                     *         "version": 2,
                     *         "createdAt": "2026-11-28T20:09:43.299Z",
                     *         "updatedAt": "2026-11-28T20:09:49.268Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Project"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": null
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: null;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listScenes: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description One of the project's drafts. Absent: the one that counts. */
                draft?: string;
            };
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [],
                     *         "total": 0,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ScenePage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateScene: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
                /** @description The scene's id. */
                sceneId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 1,
                 *       "clip": {
                 *         "jobId": "01a223c7-264d-7658-977e-798b0650a5fe"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateSceneRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "place": "the repair shop",
                     *         "time": "dawn",
                     *         "mood": "joy",
                     *         "action": "A new day, and light in the repair shop. Milo and Grace stand side by side; the ring of old keys lies on the window sill.",
                     *         "durationSec": 10,
                     *         "characters": [
                     *           "c1",
                     *           "c2",
                     *           "c3"
                     *         ],
                     *         "lines": [
                     *           {
                     *             "character": "c2",
                     *             "text": "Will today be different?"
                     *           },
                     *           {
                     *             "character": "c1",
                     *             "text": "It need not be. It is good as it is."
                     *           },
                     *           {
                     *             "character": "c3",
                     *             "text": "Does that go for breakfast, too? I am hungry."
                     *           }
                     *         ],
                     *         "id": "e1s1",
                     *         "draft": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *         "episode": 1,
                     *         "number": 1,
                     *         "version": 2,
                     *         "shots": [
                     *           {
                     *             "seen": "A new day, and light in the repair shop.",
                     *             "characters": [
                     *               "c1",
                     *               "c2",
                     *               "c3"
                     *             ],
                     *             "durationSec": 5,
                     *             "lines": 1,
                     *             "clip": {
                     *               "jobId": "01a223c7-264d-7658-977e-798b0650a5fe",
                     *               "url": "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-264d-7658-977e-798b0650a5fe/video-1795896583776-0.mp4",
                     *               "key": "users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-264d-7658-977e-798b0650a5fe/video-1795896583776-0.mp4",
                     *               "size": 92118,
                     *               "contentType": "video/mp4",
                     *               "sha256": "fe1c0c30d483b3f9586a3fbaa4c2908c8369676acf9bb5d9f4f18727ca409d82",
                     *               "width": 1280,
                     *               "height": 720,
                     *               "durationMs": 1000,
                     *               "createdAt": "2026-11-28T20:09:48.848Z"
                     *             }
                     *           },
                     *           {
                     *             "seen": "Milo and Grace stand side by side; the ring of old keys lies on the window sill.",
                     *             "characters": [
                     *               "c1",
                     *               "c3"
                     *             ],
                     *             "durationSec": 5,
                     *             "lines": 2,
                     *             "clip": null
                     *           }
                     *         ],
                     *         "takes": [
                     *           {
                     *             "jobId": "01a223c7-264d-7658-977e-798b0650a5fe",
                     *             "url": "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-264d-7658-977e-798b0650a5fe/video-1795896583776-0.mp4",
                     *             "key": "users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-264d-7658-977e-798b0650a5fe/video-1795896583776-0.mp4",
                     *             "size": 92118,
                     *             "contentType": "video/mp4",
                     *             "sha256": "fe1c0c30d483b3f9586a3fbaa4c2908c8369676acf9bb5d9f4f18727ca409d82",
                     *             "width": 1280,
                     *             "height": 720,
                     *             "durationMs": 1000,
                     *             "createdAt": "2026-11-28T20:09:48.848Z"
                     *           }
                     *         ],
                     *         "updatedAt": "2026-11-28T20:09:48.945Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Scene"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCharacters: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description One of the project's drafts. Absent: the one that counts. */
                draft?: string;
            };
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "c1",
                     *             "name": "Milo",
                     *             "role": "back home after many years",
                     *             "look": "a man of 32, heavy eyebrows, denim jacket, left hand always in his pocket",
                     *             "voice": "man",
                     *             "draft": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *             "version": 2,
                     *             "portrait": {
                     *               "url": "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/projects/01a223c7-2463-70c8-9004-1028a4f96f73/73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc.png",
                     *               "key": "users/01a223c7-0e8e-7217-9da1-060c89628e62/projects/01a223c7-2463-70c8-9004-1028a4f96f73/73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc.png",
                     *               "size": 6547,
                     *               "contentType": "image/png",
                     *               "sha256": "73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc",
                     *               "width": 64,
                     *               "height": 64
                     *             },
                     *             "updatedAt": "2026-11-28T20:09:49.223Z"
                     *           }
                     *         ],
                     *         "total": 3,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["CharacterPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateCharacter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
                /** @description The character's id. */
                characterId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 1,
                 *       "portrait": {
                 *         "jobId": "01a223c7-3ac4-76a0-8ae4-b355fa7b9fd9",
                 *         "index": 0
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateCharacterRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "c1",
                     *         "name": "Milo",
                     *         "role": "back home after many years",
                     *         "look": "a man of 32, heavy eyebrows, denim jacket, left hand always in his pocket",
                     *         "voice": "man",
                     *         "draft": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *         "version": 2,
                     *         "portrait": {
                     *           "url": "https://api.example.com/media/users/01a223c7-0e8e-7217-9da1-060c89628e62/projects/01a223c7-2463-70c8-9004-1028a4f96f73/73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc.png",
                     *           "key": "users/01a223c7-0e8e-7217-9da1-060c89628e62/projects/01a223c7-2463-70c8-9004-1028a4f96f73/73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc.png",
                     *           "size": 6547,
                     *           "contentType": "image/png",
                     *           "sha256": "73cbd0c6af49cd2a3b2c2269bd8b60df9b4cdbc0b0da008e1a5b9aed0b73c6bc",
                     *           "width": 64,
                     *           "height": 64
                     *         },
                     *         "updatedAt": "2026-11-28T20:09:49.223Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Character"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    generateScenes: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "a ferry",
                 *       "dryRun": true
                 *     }
                 */
                "application/json": components["schemas"]["GenerateScenesRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *         "type": "text",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "a ferry",
                     *         "params": {
                     *           "n": 1,
                     *           "durationSec": 10,
                     *           "language": "en",
                     *           "genre": "drama",
                     *           "title": "Ferry",
                     *           "episodes": 1,
                     *           "scenesPerEpisode": 1
                     *         },
                     *         "dryRun": true,
                     *         "metadata": null,
                     *         "cost": 0,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "project": {
                     *           "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *           "state": "pending"
                     *         },
                     *         "createdAt": "2026-11-28T20:09:43.400Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:43.400Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    filmScene: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sceneId": "e1s1",
                 *       "durationSec": 1,
                 *       "dryRun": true
                 *     }
                 */
                "application/json": components["schemas"]["FilmSceneRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the job as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            /** @description The job goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-264d-7658-977e-798b0650a5fe",
                     *         "type": "video",
                     *         "operation": "generate",
                     *         "status": "pending",
                     *         "stage": "queued",
                     *         "progress": 0,
                     *         "provider": "sketch",
                     *         "model": "sketch",
                     *         "prompt": "the repair shop, dawn, joy.\nA new day, and light in the repair shop. Milo and Grace stand side by side; the ring of old keys lies on the window sill.\nMilo: a man of 32, heavy eyebrows, denim jacket, left hand always in his pocket\nGrace: a woman of 30, high ponytail, crisp white shirt, an old watch on her wrist\nMrs Finch: a woman of 70, silver hair in a bun, flowered blouse, a bamboo cane",
                     *         "params": {
                     *           "n": 1,
                     *           "durationSec": 1,
                     *           "ratio": "16:9"
                     *         },
                     *         "dryRun": true,
                     *         "metadata": null,
                     *         "cost": 0,
                     *         "round": 1,
                     *         "attempts": 0,
                     *         "outputs": [],
                     *         "resultUrls": [],
                     *         "error": null,
                     *         "project": {
                     *           "id": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *           "draft": "01a223c7-24e8-77a3-96d6-71f322fdf095",
                     *           "sceneId": "e1s1",
                     *           "state": "pending"
                     *         },
                     *         "createdAt": "2026-11-28T20:09:43.758Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:43.758Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    quoteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["QuoteProjectRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "nodes": 11,
                     *         "stages": [
                     *           {
                     *             "stage": "pictures",
                     *             "nodes": 2,
                     *             "price": 2
                     *           },
                     *           {
                     *             "stage": "voices",
                     *             "nodes": 3,
                     *             "price": 3
                     *           },
                     *           {
                     *             "stage": "clips",
                     *             "nodes": 1,
                     *             "price": 0
                     *           },
                     *           {
                     *             "stage": "cutting",
                     *             "nodes": 5,
                     *             "price": 0
                     *           }
                     *         ],
                     *         "price": 5,
                     *         "unspoken": [],
                     *         "parts": [
                     *           "portrait-c2",
                     *           "still-e1s1h2",
                     *           "clip-e1s1h2",
                     *           "line-e1s1l1",
                     *           "line-e1s1l2",
                     *           "line-e1s1l3",
                     *           "cut-e1s1-16x9",
                     *           "episode-e1-16x9",
                     *           "subtitles-e1-srt",
                     *           "subtitles-e1-vtt",
                     *           "poster-e1"
                     *         ],
                     *         "reused": 0,
                     *         "degraded": [],
                     *         "stale": [],
                     *         "balance": 1000036
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProjectQuote"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    createProduction: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "budget": 100000
                 *     }
                 */
                "application/json": components["schemas"]["CreateProductionRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the production as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description The production has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description The production goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223e4-b10c-763f-bacb-3dd5bc9f17aa",
                     *         "projectId": "01a223e4-aa8f-73bc-8cb2-86e97de9af5b",
                     *         "title": "Ferry",
                     *         "status": "pending",
                     *         "stage": "starting",
                     *         "made": 0,
                     *         "nodes": 11,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 1,
                     *         "budget": 100000,
                     *         "spent": 0,
                     *         "cost": 0,
                     *         "quote": {
                     *           "nodes": 11,
                     *           "stages": [
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 2,
                     *               "price": 2
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 1,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 5,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 5,
                     *           "unspoken": []
                     *         },
                     *         "running": 0,
                     *         "isStopping": false,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T20:41:59.830Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:41:59.830Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    projectProgress: {
        parameters: {
            query?: {
                /** @description Answers at once, as JSON: what is newer than this number. */
                since?: number;
            };
            header?: {
                /**
                 * @description The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.
                 * @example 7
                 */
                "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
            };
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "n": 1,
                     *             "status": "pending",
                     *             "stage": "starting",
                     *             "made": 0,
                     *             "nodes": 11,
                     *             "percent": 0,
                     *             "restMs": null,
                     *             "at": "2026-11-28T20:09:50.092Z"
                     *           }
                     *         ],
                     *         "next": 4
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProductionFeedPage"];
                    };
                };
            };
            /** @description The production has ended, and Last-Event-ID says that its end is known. */
            204: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    projectSocket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is a WebSocket from here on. */
            101: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    generateDrama: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Pier",
                 *       "prompt": "Two people wait",
                 *       "durationSec": 10,
                 *       "scenesPerEpisode": 1,
                 *       "budget": 100000,
                 *       "webhookUrl": "https://you.example.com/hooks/films"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateDramaRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the production as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description The production has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description The production goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a2247c-c19a-7017-808d-04e3ae352927",
                     *         "projectId": "01a2247c-c197-705d-ac5b-74ff2f4d2cd9",
                     *         "title": "Pier",
                     *         "status": "pending",
                     *         "stage": "starting",
                     *         "made": 0,
                     *         "nodes": 21,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 1,
                     *         "budget": 100000,
                     *         "spent": 0,
                     *         "cost": 0,
                     *         "quote": {
                     *           "nodes": 21,
                     *           "stages": [
                     *             {
                     *               "stage": "writing",
                     *               "nodes": 1,
                     *               "price": 1
                     *             },
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 8,
                     *               "price": 8
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 4,
                     *               "price": 4
                     *             },
                     *             {
                     *               "stage": "music",
                     *               "nodes": 1,
                     *               "price": 1
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 2,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 5,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 14
                     *         },
                     *         "running": 0,
                     *         "isStopping": false,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T23:28:05.537Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T23:28:05.537Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    listProductions: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only those of this project. */
                projectId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a223c7-3c9c-72f5-9dbe-e821f62211ca",
                     *             "projectId": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *             "title": "Ferry",
                     *             "status": "processing",
                     *             "stage": "starting",
                     *             "made": 0,
                     *             "nodes": 11,
                     *             "percent": 0,
                     *             "restMs": null,
                     *             "round": 1,
                     *             "budget": 6,
                     *             "spent": 0,
                     *             "cost": 0,
                     *             "quote": {
                     *               "nodes": 11,
                     *               "stages": [
                     *                 {
                     *                   "stage": "pictures",
                     *                   "nodes": 3,
                     *                   "price": 3
                     *                 },
                     *                 {
                     *                   "stage": "voices",
                     *                   "nodes": 3,
                     *                   "price": 3
                     *                 },
                     *                 {
                     *                   "stage": "clips",
                     *                   "nodes": 1,
                     *                   "price": 0
                     *                 },
                     *                 {
                     *                   "stage": "cutting",
                     *                   "nodes": 4,
                     *                   "price": 0
                     *                 }
                     *               ],
                     *               "price": 6,
                     *               "unspoken": []
                     *             },
                     *             "running": 6,
                     *             "isStopping": false,
                     *             "reason": null,
                     *             "createdAt": "2026-11-28T20:09:50.092Z",
                     *             "startedAt": "2026-11-28T20:09:50.282Z",
                     *             "completedAt": null,
                     *             "updatedAt": "2026-11-28T20:09:50.282Z"
                     *           }
                     *         ],
                     *         "total": null,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProductionPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getProduction: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-3c9c-72f5-9dbe-e821f62211ca",
                     *         "projectId": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "title": "Ferry",
                     *         "status": "processing",
                     *         "stage": "starting",
                     *         "made": 0,
                     *         "nodes": 11,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 1,
                     *         "budget": 6,
                     *         "spent": 0,
                     *         "cost": 0,
                     *         "quote": {
                     *           "nodes": 11,
                     *           "stages": [
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 1,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 4,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 6,
                     *           "unspoken": []
                     *         },
                     *         "running": 6,
                     *         "isStopping": false,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T20:09:50.092Z",
                     *         "startedAt": "2026-11-28T20:09:50.282Z",
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:50.282Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listNodes: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "portrait-c2",
                     *             "kind": "portrait",
                     *             "stage": "pictures",
                     *             "type": "image",
                     *             "state": "cancelled",
                     *             "from": [],
                     *             "degraded": null,
                     *             "reason": null,
                     *             "output": null,
                     *             "makes": [
                     *               {
                     *                 "jobId": "b6b1a820-e197-86db-9d5f-48df0fe4b114",
                     *                 "round": 1,
                     *                 "outcome": "cancelled",
                     *                 "cost": 0,
                     *                 "error": null
                     *               }
                     *             ]
                     *           }
                     *         ],
                     *         "total": 11,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProductionNodePage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    productionEvents: {
        parameters: {
            query?: {
                /** @description Answers at once, as JSON: what is newer than this number. */
                since?: number;
            };
            header?: {
                /**
                 * @description The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.
                 * @example 7
                 */
                "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
            };
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 1
                     *     event: progress
                     *     data: {"n":1,"status":"pending","stage":"starting","made":0,"nodes":11,"percent":0,"restMs":null,"at":"2026-11-28T20:09:50.092Z"}
                     *
                     *     id: 2
                     *     event: progress
                     *     data: {"n":2,"status":"processing","stage":"starting","made":0,"nodes":11,"percent":0,"restMs":null,"at":"2026-11-28T20:09:50.282Z"}
                     *
                     *     id: 3
                     *     event: progress
                     *     data: {"n":3,"status":"processing","stage":"cutting","made":0,"nodes":11,"percent":63,"restMs":5000,"node":"line-e1s1l3","at":"2026-11-28T20:09:51.642Z"}
                     *
                     *     id: 4
                     *     event: end
                     *     data: {"n":4,"status":"cancelled","stage":"done","made":0,"nodes":11,"percent":63,"restMs":null,"at":"2026-11-28T20:09:51.707Z","production":{"id":"01a223c7-3c9c-72f5-9dbe-e821f62211ca","projectId":"01a223c7-2463-70c8-9004-1028a4f96f73","title":"Ferry","status":"cancelled","stage":"done","made":0,"nodes":11,"percent":63,"restMs":null,"round":1,"budget":6,"spent":0,"cost":0,"quote":{"nodes":11,"stages":[{"stage":"pictures","nodes":3,"price":3},{"stage":"voices","nodes":3,"price":3},{"stage":"clips","nodes":1,"price":0},{"stage":"cutting","nodes":4,"price":0}],"price":6,"unspoken":[]},"running":0,"isStopping":false,"reason":"cancelled","createdAt":"2026-11-28T20:09:50.092Z","startedAt":"2026-11-28T20:09:50.282Z","completedAt":"2026-11-28T20:09:51.693Z","updatedAt":"2026-11-28T20:09:51.707Z"}}
                     *
                     *     retry: 1202
                     */
                    "text/event-stream": string;
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProductionFeedPage"];
                    };
                };
            };
            /** @description The production has ended, and Last-Event-ID says that its end is known. */
            204: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelProduction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-3c9c-72f5-9dbe-e821f62211ca",
                     *         "projectId": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "title": "Ferry",
                     *         "status": "processing",
                     *         "stage": "starting",
                     *         "made": 0,
                     *         "nodes": 11,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 1,
                     *         "budget": 6,
                     *         "spent": 0,
                     *         "cost": 0,
                     *         "quote": {
                     *           "nodes": 11,
                     *           "stages": [
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 1,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 4,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 6,
                     *           "unspoken": []
                     *         },
                     *         "running": 6,
                     *         "isStopping": true,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T20:09:50.092Z",
                     *         "startedAt": "2026-11-28T20:09:50.282Z",
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:09:51.137Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeProduction: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "budget": 100000
                 *     }
                 */
                "application/json": components["schemas"]["ResumeProductionRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the production as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description Its next round has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description Its next round goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223e4-b10c-763f-bacb-3dd5bc9f17aa",
                     *         "projectId": "01a223e4-aa8f-73bc-8cb2-86e97de9af5b",
                     *         "title": "Ferry",
                     *         "status": "pending",
                     *         "stage": "starting",
                     *         "made": 0,
                     *         "nodes": 11,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 2,
                     *         "budget": 100000,
                     *         "spent": 0,
                     *         "cost": 0,
                     *         "quote": {
                     *           "nodes": 11,
                     *           "stages": [
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 2,
                     *               "price": 2
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 1,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 5,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 5,
                     *           "unspoken": []
                     *         },
                     *         "running": 0,
                     *         "isStopping": false,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T20:41:59.830Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:42:00.119Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    remakeNode: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.
                 * @example order-7f3a
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The production's id. */
                id: string;
                /** @description The node's id. */
                nodeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "budget": 100000
                 *     }
                 */
                "application/json": components["schemas"]["RemakeNodeRequest"];
            };
        };
        responses: {
            /** @description This key and body were sent before: the production as it is now. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description Its next round has ended within the time that Prefer names, however it ended. */
            201: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            /** @description Its next round goes on; follow it at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223e4-b10c-763f-bacb-3dd5bc9f17aa",
                     *         "projectId": "01a223e4-aa8f-73bc-8cb2-86e97de9af5b",
                     *         "title": "Ferry",
                     *         "status": "pending",
                     *         "stage": "starting",
                     *         "made": 5,
                     *         "nodes": 11,
                     *         "percent": 0,
                     *         "restMs": null,
                     *         "round": 3,
                     *         "budget": 100000,
                     *         "spent": 0,
                     *         "cost": 5,
                     *         "quote": {
                     *           "nodes": 11,
                     *           "stages": [
                     *             {
                     *               "stage": "pictures",
                     *               "nodes": 2,
                     *               "price": 2
                     *             },
                     *             {
                     *               "stage": "voices",
                     *               "nodes": 3,
                     *               "price": 3
                     *             },
                     *             {
                     *               "stage": "clips",
                     *               "nodes": 1,
                     *               "price": 0
                     *             },
                     *             {
                     *               "stage": "cutting",
                     *               "nodes": 5,
                     *               "price": 0
                     *             }
                     *           ],
                     *           "price": 5,
                     *           "unspoken": []
                     *         },
                     *         "running": 0,
                     *         "isStopping": false,
                     *         "reason": null,
                     *         "createdAt": "2026-11-28T20:41:59.830Z",
                     *         "startedAt": null,
                     *         "completedAt": null,
                     *         "updatedAt": "2026-11-28T20:42:00.853Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Production"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyMismatch"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    quoteProduction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "remake": [
                 *         "poster-e1"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["QuoteProductionRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "nodes": 11,
                     *         "stages": [
                     *           {
                     *             "stage": "pictures",
                     *             "nodes": 2,
                     *             "price": 2
                     *           },
                     *           {
                     *             "stage": "voices",
                     *             "nodes": 3,
                     *             "price": 3
                     *           },
                     *           {
                     *             "stage": "clips",
                     *             "nodes": 1,
                     *             "price": 0
                     *           },
                     *           {
                     *             "stage": "cutting",
                     *             "nodes": 5,
                     *             "price": 0
                     *           }
                     *         ],
                     *         "price": 5,
                     *         "parts": [
                     *           "portrait-c2",
                     *           "still-e1s1h2",
                     *           "clip-e1s1h2",
                     *           "line-e1s1l1",
                     *           "line-e1s1l2",
                     *           "line-e1s1l3",
                     *           "cut-e1s1-16x9",
                     *           "episode-e1-16x9",
                     *           "subtitles-e1-srt",
                     *           "subtitles-e1-vtt",
                     *           "poster-e1"
                     *         ],
                     *         "balance": 1000036
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["RoundQuote"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    downloadNode: {
        parameters: {
            query?: {
                /** @description What the file is to be called. What no system takes in a name is left out, 80 characters are kept, and the extension is that of the file. Default: the prompt. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description The production's id. */
                id: string;
                /** @description The node's id. */
                nodeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "url": "https://api.example.com/media/users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/3ef66911-b902-81a0-946f-27e9eb1cc3be/image-1795908536719-0.png?download=Ferry%20portrait-c2.png",
                     *         "filename": "Ferry portrait-c2.png",
                     *         "contentType": "image/png"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Download"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportProduction: {
        parameters: {
            query?: {
                /** @description Absent: `json`. */
                format?: "json" | "zip" | "fcpxml" | "otio" | "jianying" | "srt" | "vtt";
                /** @description Of subtitles and of editors' timelines. */
                episode?: number;
            };
            header?: {
                /**
                 * @description `wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.
                 * @example wait=20
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description The production's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "production": {
                     *           "id": "01a223c7-3c9c-72f5-9dbe-e821f62211ca",
                     *           "projectId": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *           "title": "Ferry",
                     *           "status": "cancelled",
                     *           "stage": "done",
                     *           "made": 0,
                     *           "nodes": 11,
                     *           "percent": 63,
                     *           "restMs": null,
                     *           "round": 1,
                     *           "budget": 6,
                     *           "spent": 0,
                     *           "cost": 0,
                     *           "quote": {
                     *             "nodes": 11,
                     *             "stages": [
                     *               {
                     *                 "stage": "pictures",
                     *                 "nodes": 3,
                     *                 "price": 3
                     *               },
                     *               {
                     *                 "stage": "voices",
                     *                 "nodes": 3,
                     *                 "price": 3
                     *               },
                     *               {
                     *                 "stage": "clips",
                     *                 "nodes": 1,
                     *                 "price": 0
                     *               },
                     *               {
                     *                 "stage": "cutting",
                     *                 "nodes": 4,
                     *                 "price": 0
                     *               }
                     *             ],
                     *             "price": 6,
                     *             "unspoken": []
                     *           },
                     *           "running": 0,
                     *           "isStopping": false,
                     *           "reason": "cancelled",
                     *           "createdAt": "2026-11-28T20:09:50.092Z",
                     *           "startedAt": "2026-11-28T20:09:50.282Z",
                     *           "completedAt": "2026-11-28T20:09:51.693Z",
                     *           "updatedAt": "2026-11-28T20:09:51.707Z"
                     *         },
                     *         "projectId": "01a223c7-2463-70c8-9004-1028a4f96f73",
                     *         "files": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["ProductionExportOrJob"];
                    };
                    "text/vtt": string;
                    "application/x-subrip": string;
                    "application/xml": string;
                    "application/vnd.opentimelineio+json": string;
                };
            };
            /** @description The file is being made; ask again, or follow the job at Location. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Job"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            402: components["responses"]["InsufficientCredits"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description How many entries a page may have. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description The status. */
                status?: "pending" | "delivered" | "dead";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "01a223c7-10da-7477-aeca-fb1f1c68e46b-1",
                     *             "jobId": "01a223c7-10da-7477-aeca-fb1f1c68e46b",
                     *             "productionId": null,
                     *             "round": 1,
                     *             "url": "https://you.example.com/hooks/dream-factory",
                     *             "status": "delivered",
                     *             "attempts": 1,
                     *             "lastStatus": 204,
                     *             "lastError": null,
                     *             "nextAt": null,
                     *             "createdAt": "2026-11-28T20:09:39.582Z",
                     *             "deliveredAt": "2026-11-28T20:09:39.614Z"
                     *           }
                     *         ],
                     *         "total": 1,
                     *         "nextCursor": null,
                     *         "hasMore": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["DeliveryPage"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    redeliverDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on; it goes on. */
            202: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    /** @description The path of what was made or can be followed. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "id": "01a223c7-10da-7477-aeca-fb1f1c68e46b-1",
                     *         "jobId": "01a223c7-10da-7477-aeca-fb1f1c68e46b",
                     *         "productionId": null,
                     *         "round": 1,
                     *         "url": "https://you.example.com/hooks/dream-factory",
                     *         "status": "pending",
                     *         "attempts": 1,
                     *         "lastStatus": 204,
                     *         "lastError": null,
                     *         "nextAt": "2026-11-28T20:09:43.068Z",
                     *         "createdAt": "2026-11-28T20:09:39.582Z",
                     *         "deliveredAt": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Delivery"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "secret": "whsec_MfKQ9r8GKYqrTwjU…"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["WebhookSecrets"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "secret": "whsec_MfKQ9r8GKYqrTwjU…",
                     *         "previous": "whsec_MfKQ9r8GKYqrTwjU…",
                     *         "previousExpiresAt": "2026-11-29T20:09:56.652Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["WebhookSecrets"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    stripeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    providerWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The provider. */
                provider: string;
                /** @description The token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken. So are repeated calls, and calls about what is of no matter any more. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "output": "users/01a223c7-0e8e-7217-9da1-060c89628e62/jobs/01a223c7-10da-7477-aeca-fb1f1c68e46b/image-1795896578435-0.png"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyRequest"];
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Names this request in our log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": 0,
                     *       "message": "success",
                     *       "data": {
                     *         "type": "image/png",
                     *         "sha256": "9206315be07d2c752f34124c8e79d22e7fe9950ce902e7899af62ae4edfcf33b",
                     *         "read": "whole",
                     *         "ai": "yes",
                     *         "ours": {
                     *           "known": true,
                     *           "output": "01a223c7-10da-7477-aeca-fb1f1c68e46b-1-0",
                     *           "intact": true
                     *         },
                     *         "marks": [
                     *           {
                     *             "kind": "gb45438",
                     *             "carrier": "png:tEXt",
                     *             "label": "1",
                     *             "deviations": [],
                     *             "state": "ok",
                     *             "producer": "DreamFactory",
                     *             "produceId": "01a223c7-10da-7477-aeca-fb1f1c68e46b-1-0",
                     *             "propagator": "DreamFactory",
                     *             "propagateId": "01a223c7-10da-7477-aeca-fb1f1c68e46b-1-0",
                     *             "signature": "ours_ok"
                     *           },
                     *           {
                     *             "kind": "iptc",
                     *             "value": "algorithmicMedia"
                     *           }
                     *         ],
                     *         "summary": "The file says that AI made it, or a part of it. It carries our label, and is what we labelled.",
                     *         "limits": "No mark is no proof that a file was not made by AI: marks get lost on the way, or are taken out. Only signed ones are safe from being forged. Invisible watermarks are not looked for."
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        code: 0;
                        /** @constant */
                        message: "success";
                        data: components["schemas"]["Verdict"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    jobEnded: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each try: the job's id, a hyphen and the round. */
                "webhook-id": string;
                /** @description When this try was made, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature in base64; several, parted by spaces, while the secret is rotated. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "job.completed",
                 *       "timestamp": "2026-11-28T23:28:48.051Z",
                 *       "data": {
                 *         "id": "01a2247d-64ee-73d7-847b-06bf83c0c9a4",
                 *         "type": "image",
                 *         "operation": "generate",
                 *         "status": "completed",
                 *         "stage": "done",
                 *         "progress": 100,
                 *         "provider": "sketch",
                 *         "model": "sketch",
                 *         "prompt": "a lighthouse at dusk, watercolour",
                 *         "params": {
                 *           "n": 1,
                 *           "seed": 7,
                 *           "size": "768x512"
                 *         },
                 *         "dryRun": false,
                 *         "metadata": {
                 *           "order": "A-17"
                 *         },
                 *         "cost": 1,
                 *         "round": 1,
                 *         "attempts": 1,
                 *         "outputs": [
                 *           {
                 *             "index": 0,
                 *             "type": "image",
                 *             "url": "https://api.example.com/media/users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/01a2247d-64ee-73d7-847b-06bf83c0c9a4/image-1795908527382-0.png",
                 *             "thumbnailUrl": "https://api.example.com/media/users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/01a2247d-64ee-73d7-847b-06bf83c0c9a4/thumbnail-1795908527382-0.webp",
                 *             "key": "users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/01a2247d-64ee-73d7-847b-06bf83c0c9a4/image-1795908527382-0.png",
                 *             "size": 83025,
                 *             "contentType": "image/png",
                 *             "sha256": "2b50f3c6bbc5253c243e2c70df4be4bf2cda9bc1d9031a158b714d68c8794b38",
                 *             "width": 768,
                 *             "height": 512,
                 *             "durationMs": null,
                 *             "visibleLabel": false,
                 *             "createdAt": "2026-11-28T23:28:48.046Z"
                 *           }
                 *         ],
                 *         "resultUrls": [
                 *           "https://api.example.com/media/users/01a2247d-6295-748a-b12e-88a47d1341eb/jobs/01a2247d-64ee-73d7-847b-06bf83c0c9a4/image-1795908527382-0.png"
                 *         ],
                 *         "error": null,
                 *         "createdAt": "2026-11-28T23:28:47.343Z",
                 *         "startedAt": "2026-11-28T23:28:47.382Z",
                 *         "completedAt": "2026-11-28T23:28:48.051Z",
                 *         "updatedAt": "2026-11-28T23:28:48.051Z"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["JobWebhookEvent"];
            };
        };
        responses: {
            /** @description Taken. Any 2xx says so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not wanted: this message is not sent again. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    productionEnded: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each try: the production's id, a hyphen and the round. */
                "webhook-id": string;
                /** @description When this try was made, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature in base64; several, parted by spaces, while the secret is rotated. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "production.cancelled",
                 *       "timestamp": "2026-11-28T23:28:05.673Z",
                 *       "data": {
                 *         "id": "01a2247c-c19a-7017-808d-04e3ae352927",
                 *         "projectId": "01a2247c-c197-705d-ac5b-74ff2f4d2cd9",
                 *         "title": "Pier",
                 *         "status": "cancelled",
                 *         "stage": "done",
                 *         "made": 0,
                 *         "nodes": 21,
                 *         "percent": 1,
                 *         "restMs": null,
                 *         "round": 1,
                 *         "budget": 100000,
                 *         "spent": 0,
                 *         "cost": 0,
                 *         "quote": {
                 *           "nodes": 21,
                 *           "stages": [
                 *             {
                 *               "stage": "writing",
                 *               "nodes": 1,
                 *               "price": 1
                 *             },
                 *             {
                 *               "stage": "pictures",
                 *               "nodes": 8,
                 *               "price": 8
                 *             },
                 *             {
                 *               "stage": "voices",
                 *               "nodes": 4,
                 *               "price": 4
                 *             },
                 *             {
                 *               "stage": "music",
                 *               "nodes": 1,
                 *               "price": 1
                 *             },
                 *             {
                 *               "stage": "clips",
                 *               "nodes": 2,
                 *               "price": 0
                 *             },
                 *             {
                 *               "stage": "cutting",
                 *               "nodes": 5,
                 *               "price": 0
                 *             }
                 *           ],
                 *           "price": 14
                 *         },
                 *         "running": 0,
                 *         "isStopping": false,
                 *         "reason": "cancelled",
                 *         "createdAt": "2026-11-28T23:28:05.537Z",
                 *         "startedAt": "2026-11-28T23:28:05.567Z",
                 *         "completedAt": "2026-11-28T23:28:05.673Z",
                 *         "updatedAt": "2026-11-28T23:28:05.684Z"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ProductionWebhookEvent"];
            };
        };
        responses: {
            /** @description Taken. Any 2xx says so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not wanted: this message is not sent again. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
