namespace Ingot.Service.Options;

/// <summary>Reads options from environment variables. An empty one counts as not set.</summary>
internal static class OptionVariables
{
    internal static IngotOptions Apply(IReadOnlyDictionary<string, string> environment, IngotOptions options, List<string> mistakes)
    {
        foreach (var setting in OptionSetting.All)
        {
            if (!environment.TryGetValue(setting.Variable, out var text) || text.Length == 0)
                continue;
            try
            {
                options = setting.Apply(options, new OptionText(Split(setting, text), Environment.CurrentDirectory));
            }
            catch (FormatException exception)
            {
                mistakes.Add($"the environment variable {setting.Variable} {exception.Message}");
            }
        }

        return options;
    }

    internal static string[] Split(OptionSetting setting, string text) => setting switch
    {
        { Key: "catalogPaths" } => text.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        _ => [text],
    };
}
