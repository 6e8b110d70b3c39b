namespace Ingot.Service.Options;

/// <summary>One option as it stands: what it is set to, and what set it.</summary>
/// <param name="Key">Its key in the configuration file.</param>
/// <param name="Variable">Its environment variable.</param>
/// <param name="Value">
/// Its value: a whole number, true or false, a text or a list of texts; null when it is not set and has no default. A secret
/// shows only that it is there.
/// </param>
/// <param name="Source">What set it: <c>default</c>, the configuration file's path, or an environment variable's name.</param>
public sealed record OptionState(string Key, string Variable, object? Value, string Source);

/// <summary>Every option as it stands.</summary>
/// <param name="File">The configuration file's path; it need not exist.</param>
/// <param name="Options">The options, in the order of their documentation.</param>
/// <param name="Mistakes">What is wrong with them; the options that carry a mistake show what they would be without it.</param>
public sealed record OptionReport(string File, IReadOnlyList<OptionState> Options, IReadOnlyList<string> Mistakes);
