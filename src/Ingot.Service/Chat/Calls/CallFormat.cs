namespace Ingot.Service.Chat.Calls;

/// <summary>
/// How a family of models writes function calls. Both the parser of what a model says and the grammar that holds it to the
/// form are made of this description; patterns are those of <see cref="CallPiece.Parse"/>.
/// </summary>
internal sealed record CallFormat
{
    /// <summary>What documents call it.</summary>
    public required string Name { get; init; }

    /// <summary>Texts by which a chat template is told to be of this family: all of them are in it.</summary>
    public required IReadOnlyList<string> Signs { get; init; }

    /// <summary>
    /// The texts that are tokens of their own where the model has such tokens. Unless <see cref="StartsAnswer"/> is set, the first
    /// one is what every block begins with, and free text cannot hold it.
    /// </summary>
    public required IReadOnlyList<string> Markers { get; init; }

    /// <summary>The pattern before the calls of a block. Default none.</summary>
    public string Open { get; init; } = "";

    /// <summary>The pattern of one call: it has a name and, later, arguments.</summary>
    public required string Call { get; init; }

    /// <summary>The pattern after the calls of a block. Default none.</summary>
    public string Close { get; init; } = "";

    /// <summary>What is between the calls of one block; null (default) for blocks of one call each.</summary>
    public string? Separator { get; init; }

    /// <summary>What is between blocks where nothing else is. Default a line break.</summary>
    public string Between { get; init; } = "\n";

    /// <summary>The pattern of one argument, with a key and a value; null (default) where the arguments are a JSON object.</summary>
    public string? Parameter { get; init; }

    /// <summary>Whether an answer has one call at most. Default: it may have several.</summary>
    public bool IsSingle { get; init; }

    /// <summary>Whether an answer that has calls is nothing else, and no marker opens them: they are told by their text. Default false.</summary>
    public bool StartsAnswer { get; init; }

    /// <summary>What text that is no call begins with; it is no part of the answer. Default nothing.</summary>
    public string Preface { get; init; } = "";

    /// <summary>The ids that templates of the family ask for.</summary>
    public CallIdForm Ids { get; init; }

    /// <summary>The text that opens a block; null where nothing but a call's own text does.</summary>
    public string? Opening => StartsAnswer ? null : Markers[0];

    /// <summary>The marker that ends a block; null where none does.</summary>
    public string? Closing => Markers.FirstOrDefault(marker => Close.EndsWith(marker, StringComparison.Ordinal));

    /// <summary>Whether a template is of this family.</summary>
    /// <param name="source">The template's text, quotes in it without backslashes.</param>
    public bool IsTold(string source) => Signs.All(sign => source.Contains(sign, StringComparison.Ordinal));
}

/// <summary>The forms of call ids.</summary>
internal enum CallIdForm
{
    /// <summary><c>call_</c> and nine letters or digits.</summary>
    Prefixed,

    /// <summary>Nine letters or digits.</summary>
    Nine,

    /// <summary><c>functions.</c>, the name, a colon and how many calls the conversation had before.</summary>
    Numbered,
}
