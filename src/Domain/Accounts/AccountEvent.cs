using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>A fact about what an account has in one region.</summary>
public abstract record AccountEvent
{
    private AccountEvent()
    {
    }

    /// <summary>A cluster is there; what it is stands in its own stream.</summary>
    public sealed record ClusterRegistered(string Name) : AccountEvent;

    /// <summary>A cluster was deleted.</summary>
    public sealed record ClusterRemoved(string Name) : AccountEvent;

    /// <summary>A revision was registered.</summary>
    public sealed record TaskDefinitionRegistered(TaskDefinition Definition, DateTimeOffset At, string By, ImmutableArray<ResourceTag> Tags) : AccountEvent;

    /// <summary>A revision was deregistered.</summary>
    public sealed record TaskDefinitionDeregistered(string Family, int Revision, DateTimeOffset At) : AccountEvent;

    /// <summary>A revision is to be forgotten once nothing refers to it.</summary>
    public sealed record TaskDefinitionDeletionRequested(string Family, int Revision, DateTimeOffset At) : AccountEvent;

    /// <summary>A revision is forgotten.</summary>
    public sealed record TaskDefinitionDeleted(string Family, int Revision) : AccountEvent;

    /// <summary>A revision's tags are now these.</summary>
    public sealed record TaskDefinitionTagged(string Family, int Revision, ImmutableArray<ResourceTag> Tags) : AccountEvent;

    /// <summary>A revision of a daemon task definition was registered.</summary>
    public sealed record DaemonTaskDefinitionRegistered(DaemonTaskDefinition Definition) : AccountEvent;

    /// <summary>A revision of a daemon task definition was deleted.</summary>
    public sealed record DaemonTaskDefinitionDeleted(string Family, int Revision, DateTimeOffset At) : AccountEvent;

    /// <summary>A daemon task definition's tags are now these.</summary>
    public sealed record DaemonTaskDefinitionTagged(string Family, int Revision, ImmutableArray<ResourceTag> Tags) : AccountEvent;

    /// <summary>A principal's setting is now this.</summary>
    public sealed record SettingPut(AccountSetting Setting) : AccountEvent;

    /// <summary>A capacity provider was created, perhaps under the name of a deleted one.</summary>
    public sealed record CapacityProviderCreated(CapacityProvider Provider) : AccountEvent;

    /// <summary>A capacity provider's settings are now these.</summary>
    public sealed record CapacityProviderUpdated(string Name, JsonElement Settings, bool HasManagedScaling) : AccountEvent;

    /// <summary>A capacity provider was deleted.</summary>
    public sealed record CapacityProviderDeleted(string Name) : AccountEvent;

    /// <summary>A capacity provider's tags are now these.</summary>
    public sealed record CapacityProviderTagged(string Name, ImmutableArray<ResourceTag> Tags) : AccountEvent;

    /// <summary>The cluster may be using these capacity providers, and no others.</summary>
    public sealed record CapacityProvidersAssociated(string Cluster, ImmutableArray<string> Names) : AccountEvent;

    /// <summary>A principal's setting is the default again.</summary>
    public sealed record SettingDeleted(string PrincipalArn, string Name) : AccountEvent;
}
