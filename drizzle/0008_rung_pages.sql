CREATE TABLE "rung_pages" (
	"place" text NOT NULL,
	"position" integer NOT NULL,
	"content" jsonb NOT NULL,
	CONSTRAINT "rung_pages_place_position_pk" PRIMARY KEY("place","position")
);
--> statement-breakpoint
ALTER TABLE "rung_pages" ADD CONSTRAINT "rung_pages_place_rings_place_fk" FOREIGN KEY ("place") REFERENCES "public"."rings"("place") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
INSERT INTO "rung_pages" ("place", "position", "content")
SELECT "place", "nr", "page" FROM "rings", jsonb_array_elements("content" -> 'pages') WITH ORDINALITY AS "pages" ("page", "nr");--> statement-breakpoint
UPDATE "rings" SET "content" = jsonb_set("content", '{pages}', '[]') WHERE "content" IS NOT NULL;
