namespace Berth.Host;

/// <summary>A command cannot do what was asked. Its message is the whole sentence for the person who asked.</summary>
internal sealed class CommandException(string message) : Exception(message);
