CREATE TABLE "feeds" (
	"person" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL
);
