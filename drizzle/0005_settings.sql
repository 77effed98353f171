CREATE TABLE "held" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"slot" text NOT NULL,
	"person" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"effect" jsonb NOT NULL,
	CONSTRAINT "held_slot" UNIQUE("slot")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"person" text PRIMARY KEY NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "held_until" ON "held" USING btree ("until");--> statement-breakpoint
CREATE INDEX "held_person" ON "held" USING btree ("person");