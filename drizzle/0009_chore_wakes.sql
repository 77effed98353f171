CREATE TABLE "chore_wakes" (
	"name" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "chore_wakes_first" ON "chore_wakes" USING btree ("name","at");