namespace Ingot.Text.Templates.Execution;

/// <summary>Something the template did wrong; the interpreter adds the place and turns it into the public exception.</summary>
internal sealed class TemplateFault(string message) : Exception(message);
