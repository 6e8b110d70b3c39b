using System.Globalization;
using System.Text;

namespace Ingot.Server.Metrics;

/// <summary>Numbers in Prometheus' text form, one family after the other.</summary>
internal sealed class MetricsText
{
    /// <summary>The media type of the form.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A number that rises and falls.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="samples">Its values, each with the model it is of; null for one that is of the service.</param>
    public MetricsText Gauge(string name, string help, params IEnumerable<(string? Model, double Value)> samples) => Family(name, "gauge", help, samples);

    /// <summary>A number that only rises, from 0 at the start of what it counts.</summary>
    /// <inheritdoc cref="Gauge"/>
    public MetricsText Counter(string name, string help, params IEnumerable<(string? Model, double Value)> samples) => Family(name, "counter", help, samples);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private MetricsText Family(string name, string type, string help, IEnumerable<(string? Model, double Value)> samples)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach ((string? model, double value) in samples)
        {
            _text.Append(name);
            if (model is not null)
                _text.Append("{model=\"").Append(Escape(model)).Append("\"}");
            _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        return this;
    }

    // A model's id may come of a catalog somebody else wrote.
    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
