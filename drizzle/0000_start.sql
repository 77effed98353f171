CREATE SEQUENCE "public"."outbox_attempts" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1 CYCLE;--> statement-breakpoint
CREATE TABLE "addresses" (
	"written" text PRIMARY KEY NOT NULL,
	"resolved" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"customer" text PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "directories" (
	"revision" serial PRIMARY KEY NOT NULL,
	"content" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "intents" (
	"key" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"reply" jsonb
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"lane" text NOT NULL,
	"urgency" text NOT NULL,
	"attempt" integer,
	"busy_until" timestamp (3) with time zone,
	"quiet_until" timestamp (3) with time zone,
	CONSTRAINT "lanes_lane_urgency_pk" PRIMARY KEY("lane","urgency")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"slot" text NOT NULL,
	"ticket" text,
	"place" text NOT NULL,
	"urgency" text NOT NULL,
	"lane" text NOT NULL,
	"under" text,
	"combines" boolean NOT NULL,
	"gathers" text GENERATED ALWAYS AS (case when combines then urgency || ' ' || lane || ' ' || coalesce(under, '') end) STORED,
	"kind" text NOT NULL,
	"wanted" jsonb NOT NULL,
	"version" integer NOT NULL,
	"shown_version" integer,
	"tried_version" integer,
	"only_edit" boolean NOT NULL,
	"ref" text,
	"state" text NOT NULL,
	"attempt" integer,
	"unknown_fates" integer NOT NULL,
	"failures" integer NOT NULL,
	"due_at" timestamp (3) with time zone,
	"enqueued_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"error" text,
	CONSTRAINT "outbox_slot" UNIQUE("slot")
);
--> statement-breakpoint
CREATE TABLE "policy_revisions" (
	"id" text PRIMARY KEY NOT NULL,
	"policy" text NOT NULL,
	"version" text NOT NULL,
	"effective" text NOT NULL,
	"content" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone NOT NULL,
	"turn" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket_events" (
	"ticket" text NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"by" text NOT NULL,
	"what" jsonb NOT NULL,
	CONSTRAINT "ticket_events_ticket_seq_pk" PRIMARY KEY("ticket","seq")
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"customer" text NOT NULL,
	"status" text NOT NULL,
	"level" text NOT NULL,
	"level_rank" integer NOT NULL,
	"rings" boolean NOT NULL,
	"filer" text NOT NULL,
	"assignee" text,
	"policy_revision" text NOT NULL,
	"revision" integer NOT NULL,
	"wake_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"filed_at" timestamp (3) with time zone NOT NULL,
	"state" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ticket_events" ADD CONSTRAINT "ticket_events_ticket_tickets_id_fk" FOREIGN KEY ("ticket") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_policy_revision_policy_revisions_id_fk" FOREIGN KEY ("policy_revision") REFERENCES "public"."policy_revisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("urgency","lane","due_at","id") WHERE "outbox"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_gathering" ON "outbox" USING btree ("gathers","due_at","id") WHERE "outbox"."gathers" is not null and "outbox"."due_at" is not null and "outbox"."attempt" is null;--> statement-breakpoint
CREATE INDEX "outbox_attempt" ON "outbox" USING btree ("attempt") WHERE "outbox"."attempt" is not null;--> statement-breakpoint
CREATE INDEX "outbox_under" ON "outbox" USING btree ("under") WHERE "outbox"."state" = 'waiting' and "outbox"."due_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_ref" ON "outbox" USING btree ("ref") WHERE "outbox"."ref" is not null;--> statement-breakpoint
CREATE INDEX "outbox_ticket" ON "outbox" USING btree ("ticket","id");--> statement-breakpoint
CREATE INDEX "policy_revisions_in_force" ON "policy_revisions" USING btree ("policy","effective" DESC NULLS LAST,"turn" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_number" ON "tickets" USING btree (lower("number"));--> statement-breakpoint
CREATE INDEX "tickets_wake_at" ON "tickets" USING btree ("wake_at") WHERE "tickets"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "tickets_ringing" ON "tickets" USING btree ("wake_at") WHERE "tickets"."wake_at" is not null and "tickets"."rings";--> statement-breakpoint
CREATE INDEX "tickets_open" ON "tickets" USING btree ("level_rank","due_at") WHERE "tickets"."status" <> 'closed';--> statement-breakpoint
CREATE INDEX "tickets_customer" ON "tickets" USING btree ("customer","level_rank","due_at");