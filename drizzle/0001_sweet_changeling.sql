CREATE TABLE "chores" (
	"name" text PRIMARY KEY NOT NULL,
	"wake_at" timestamp (3) with time zone,
	"state" jsonb
);
