using System.Text.Json.Nodes;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

/// <summary>Schemas of every keyword that is enforced, drawn at random; some of them no value satisfies.</summary>
internal sealed class RandomSchemas(Random random)
{
    private static readonly string[] Names = ["a", "b", "ab", "name", "größe", "x\"y", "id"];
    private static readonly string[] Patterns = ["^[a-c]+$", "^x", "z$", "[0-9]{2}", "^(on|off)$", "^\\w{1,4}$"];
    private static readonly string[] Formats = ["date", "time", "date-time", "uuid", "ipv4", "duration", "hostname"];

    public JsonNode Next(int depth = 3)
    {
        var kinds = depth > 0 ? 12 : 6;
        return random.Next(kinds) switch
        {
            0 => new JsonObject { ["type"] = random.Next(2) == 0 ? "boolean" : "null" },
            1 => Integer(),
            2 => Number(),
            3 or 4 => Text(),
            5 => new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Constant())]) },
            6 or 7 => Array(depth),
            8 or 9 => Object(depth),
            10 => new JsonObject { ["anyOf"] = new JsonArray(Next(depth - 1), Next(depth - 1)) },
            _ => Combined(depth),
        };
    }

    private JsonNode Constant() => random.Next(5) switch
    {
        0 => JsonValue.Create(random.Next(-20, 20)),
        1 => JsonValue.Create(Names[random.Next(Names.Length)]),
        2 => JsonValue.Create(random.Next(2) == 0),
        3 => JsonValue.Create(random.Next(100) / 8.0),
        _ => new JsonArray(JsonValue.Create(random.Next(3)), JsonValue.Create("é")),
    };

    private JsonObject Integer()
    {
        var schema = new JsonObject { ["type"] = "integer" };
        var least = random.Next(-300, 300);
        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = least;
        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = least + random.Next(2, 5000);
        if (random.Next(4) == 0)
            schema["multipleOf"] = random.Next(1, 30);
        if (random.Next(6) == 0)
            schema["not"] = new JsonObject { ["const"] = least + 1 };
        return schema;
    }

    private JsonObject Number()
    {
        var schema = new JsonObject { ["type"] = "number" };
        var least = Math.Round((random.NextDouble() * 200) - 100, random.Next(4));
        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = least;
        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = Math.Round(least + 0.01 + (random.NextDouble() * 50), 2);
        return schema;
    }

    private JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(4))
        {
            case 0:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                break;
            case 1:
                schema["format"] = Formats[random.Next(Formats.Length)];
                return schema;
            default:
                break;
        }

        if (random.Next(2) == 0)
            schema["minLength"] = random.Next(3);
        if (random.Next(3) > 0)
            schema["maxLength"] = random.Next(2, 9);
        return schema;
    }

    private JsonObject Array(int depth)
    {
        var schema = new JsonObject { ["type"] = "array" };
        if (random.Next(4) > 0)
            schema["items"] = Next(depth - 1);
        if (random.Next(3) == 0)
            schema["prefixItems"] = new JsonArray(Next(depth - 1), Next(depth - 1));
        var least = random.Next(3);
        if (random.Next(2) == 0)
            schema["minItems"] = least;
        if (random.Next(4) > 0)
            schema["maxItems"] = least + random.Next(3);
        if (random.Next(6) == 0)
            schema["contains"] = new JsonObject { ["type"] = "integer" };
        return schema;
    }

    private JsonObject Object(int depth)
    {
        var schema = new JsonObject { ["type"] = "object" };
        var names = Names.OrderBy(_ => random.Next()).Take(random.Next(5)).ToList();
        if (names.Count > 0)
            schema["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Next(depth - 1))));
        var required = names.Where(_ => random.Next(2) == 0).ToList();
        if (required.Count > 0)
            schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        schema["additionalProperties"] = random.Next(4) == 0 ? Next(depth - 1) : false;
        if (random.Next(5) == 0)
            schema["patternProperties"] = new JsonObject { ["^p_"] = Next(depth - 1) };
        if (random.Next(6) == 0)
            schema["propertyNames"] = new JsonObject { ["maxLength"] = 4 };
        if (random.Next(5) == 0)
            schema["maxProperties"] = random.Next(1, 5);
        if (random.Next(6) == 0)
            schema["minProperties"] = 1;
        if (names.Count > 1 && random.Next(5) == 0)
            schema["dependentRequired"] = new JsonObject { [names[0]] = new JsonArray(names[1]) };
        return schema;
    }

    private JsonObject Combined(int depth) => random.Next(3) switch
    {
        0 => new JsonObject { ["allOf"] = new JsonArray(Object(depth), Object(depth)) },
        1 => new JsonObject { ["oneOf"] = new JsonArray(Integer(), Text(), new JsonObject { ["type"] = "integer", ["minimum"] = 0 }) },
        _ => new JsonObject { ["type"] = new JsonArray("integer", "string"), ["if"] = new JsonObject { ["type"] = "integer" }, ["then"] = Integer(), ["else"] = Text() },
    };
}
