namespace Ingot.Server.Bounds;

/// <summary>What is wrong with a value in a request.</summary>
/// <param name="Path">Where, from the value that was looked at; empty for that value itself.</param>
/// <param name="Rule">What it breaks: words after "it".</param>
/// <param name="IsUnsupported">Whether the API knows the value and only this service does not do it.</param>
internal sealed record WireFault(string Path, string Rule, bool IsUnsupported = false)
{
    /// <summary>The same, seen from whatever holds the value under this name.</summary>
    public WireFault Under(string name) => this with { Path = Path.Length == 0 || Path[0] == '[' ? name + Path : $"{name}.{Path}" };
}
