CREATE TABLE "place_references" (
	"place" text PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
