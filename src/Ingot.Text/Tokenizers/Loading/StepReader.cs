namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads a section that is one step or a sequence of steps, sequences within sequences included.</summary>
internal static class StepReader
{
    /// <summary>The steps in order, flattened, each with its type; none when the section is missing.</summary>
    /// <param name="section">The section.</param>
    /// <param name="listName">The property that holds a sequence's steps.</param>
    public static List<(string Type, JsonAt Step)> Flatten(JsonAt section, string listName)
    {
        List<(string, JsonAt)> steps = [];
        if (!section.IsMissing) Add(section, listName, steps);
        return steps;
    }

    private static void Add(JsonAt step, string listName, List<(string, JsonAt)> steps)
    {
        var type = step["type"].Text();
        if (type == "Sequence")
        {
            foreach (var inner in step[listName].Items()) Add(inner, listName, steps);
            return;
        }
        if (steps.Count == TokenizerLimits.MaxSteps) throw step.Invalid($"is one step more than the {TokenizerLimits.MaxSteps} allowed");
        steps.Add((type, step));
    }
}
