using System.Globalization;

namespace Ingot.Benchmarks.Comparison;

/// <summary>What this engine is to reach, line by line, and whether it did.</summary>
/// <param name="othersUseTiles">Whether llama.cpp multiplies by AMX's tiles, against which less is asked; null where that is not known.</param>
internal sealed class Goals(bool? othersUseTiles)
{
    /// <summary>The least share of the read bandwidth that one sequence is to reach.</summary>
    public const double BandwidthShare = 0.9;

    /// <summary>The most of a first turn's time to the first token that a second turn may take.</summary>
    public const double SecondTurnShare = 0.05;

    /// <summary>How many times as fast as without guesses a code edit is to come.</summary>
    public const double GuessRatio = 2;

    private readonly List<string> _missed = [];
    private int _judged;

    /// <summary>How many times llama.cpp's speed a line is to reach; null where nothing was promised.</summary>
    /// <param name="line">The line, through HTTP or not.</param>
    public double? Ratio(string line) => line switch
    {
        "decode 1" => 1.25,
        "decode 8" => 1.3,
        "decode 16" => 1.2,
        "prefill 512" when othersUseTiles is { } tiles => tiles ? 1 : 2.5,
        _ => null,
    };

    /// <summary>Says whether something that is to be large is, and remembers it.</summary>
    public string AtLeast(string what, double reached, double goal, string format = "F2") => Judge(what, reached, ">=", goal, format, reached >= goal);

    /// <summary>Says whether something that is to be small is, and remembers it.</summary>
    public string AtMost(string what, double reached, double goal, string format = "P0") => Judge(what, reached, "<=", goal, format, reached <= goal);

    /// <summary>All that was judged, in a line.</summary>
    public string Summary => _judged == 0
        ? "goals             none was measured"
        : $"goals             {_judged - _missed.Count} of {_judged} met" + (_missed.Count > 0 ? $"; missed: {string.Join("; ", _missed)}" : "");

    private string Judge(string what, double reached, string sign, double goal, string format, bool isMet)
    {
        _judged++;
        string asked = $"{sign} {goal.ToString(format, CultureInfo.InvariantCulture)}";
        if (!isMet)
            _missed.Add($"{what} {reached.ToString(format == "P0" ? "P1" : format, CultureInfo.InvariantCulture)} ({asked})");
        return $"goal {asked}: {(isMet ? "met" : "missed")}";
    }
}
