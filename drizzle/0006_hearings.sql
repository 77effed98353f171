CREATE TABLE "hearings" (
	"person" text PRIMARY KEY NOT NULL,
	"content" jsonb NOT NULL
);
