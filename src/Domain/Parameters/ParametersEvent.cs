using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A fact about the parameters of an account in one region. Values in it are sealed.</summary>
public abstract record ParametersEvent
{
    private ParametersEvent()
    {
    }

    /// <summary>A parameter has a new version; it may be its first.</summary>
    public sealed record Put(string Name, ParameterVersion Version) : ParametersEvent;

    /// <summary>A parameter's tags are now these.</summary>
    public sealed record Tagged(string Name, ImmutableArray<ResourceTag> Tags) : ParametersEvent;

    /// <summary>A parameter is gone.</summary>
    public sealed record Deleted(string Name) : ParametersEvent;
}
