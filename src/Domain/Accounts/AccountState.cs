using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>A task definition family.</summary>
public sealed record TaskDefinitionFamily
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The highest revision ever given out; the next is one more, whatever was deleted since.</summary>
    public required int LastRevision { get; init; }

    /// <summary>Its revisions by number; deleted ones are gone.</summary>
    public ImmutableSortedDictionary<int, RegisteredTaskDefinition> Revisions { get; init; } = ImmutableSortedDictionary<int, RegisteredTaskDefinition>.Empty;
}

/// <summary>An account setting of one principal; the root's is the account's default.</summary>
/// <param name="PrincipalArn">Whose.</param>
/// <param name="Name">Such as <c>containerInsights</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record AccountSetting(string PrincipalArn, string Name, string Value);

/// <summary>What an account has in one region besides its clusters' own states. Immutable.</summary>
public sealed record AccountState
{
    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>Names of the clusters that are not deleted.</summary>
    public ImmutableSortedSet<string> Clusters { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Task definition families by name. A family stays for its numbering after its last revision was deleted.</summary>
    public ImmutableDictionary<string, TaskDefinitionFamily> Families { get; init; } = ImmutableDictionary<string, TaskDefinitionFamily>.Empty;

    /// <summary>The settings somebody set.</summary>
    public ImmutableArray<AccountSetting> Settings { get; init; } = [];

    /// <summary>Capacity providers by name. The most recent of the deleted ones stay describable.</summary>
    public ImmutableSortedDictionary<string, CapacityProvider> CapacityProviders
    {
        get => field ?? NoCapacityProviders;
        init;
    }

    /// <summary>Revisions and families in the order of lists. Derived from <see cref="Families"/>.</summary>
    [JsonIgnore]
    public TaskDefinitionIndex TaskDefinitions { get; init; } = TaskDefinitionIndex.Empty;

    /// <summary>Families of daemon task definitions by name.</summary>
    public ImmutableDictionary<string, DaemonTaskDefinitionFamily> DaemonTaskDefinitionFamilies
    {
        get => field ?? ImmutableDictionary<string, DaemonTaskDefinitionFamily>.Empty;
        init;
    }

    /// <summary>Revisions of daemon task definitions in the order of lists. Derived from <see cref="DaemonTaskDefinitionFamilies"/>.</summary>
    [JsonIgnore]
    public ImmutableSortedSet<TaskDefinitionKey> DaemonTaskDefinitions { get; init; } = [];

    /// <summary>The ARN of a capacity provider.</summary>
    public string CapacityProviderArn(string name) => $"arn:aws:ecs:{Region}:{Account}:capacity-provider/{name}";

    /// <summary>The ARN of a revision.</summary>
    public string TaskDefinitionArn(TaskDefinitionKey key) => $"arn:aws:ecs:{Region}:{Account}:task-definition/{key.Family}:{key.Revision}";

    /// <summary>The revision; null when it never was or is deleted.</summary>
    public RegisteredTaskDefinition? Find(TaskDefinitionKey key) => Families.GetValueOrDefault(key.Family)?.Revisions.GetValueOrDefault(key.Revision);

    /// <summary>The revision of a daemon task definition; null when it never was, or was deleted long ago.</summary>
    public DaemonTaskDefinition? FindDaemonTaskDefinition(TaskDefinitionKey key) =>
        DaemonTaskDefinitionFamilies.GetValueOrDefault(key.Family)?.Revisions.GetValueOrDefault(key.Revision);

    internal AccountState Apply(AccountEvent fact) => fact switch
    {
        AccountEvent.ClusterRegistered registered => this with { Clusters = Clusters.Add(registered.Name) },
        AccountEvent.ClusterRemoved removed => Associate(removed.Name, []) with { Clusters = Clusters.Remove(removed.Name) },
        AccountEvent.TaskDefinitionRegistered registered => Put(new RegisteredTaskDefinition
        {
            Definition = registered.Definition,
            RegisteredAt = registered.At,
            RegisteredBy = registered.By,
            Tags = registered.Tags,
        }),
        AccountEvent.TaskDefinitionDeregistered deregistered => Change(deregistered.Family, deregistered.Revision, known => known with
        {
            Status = TaskDefinitionStatus.Inactive,
            DeregisteredAt = deregistered.At,
        }),
        AccountEvent.TaskDefinitionDeletionRequested requested => Change(requested.Family, requested.Revision, known => known with
        {
            Status = TaskDefinitionStatus.DeleteInProgress,
            DeleteRequestedAt = requested.At,
        }),
        AccountEvent.TaskDefinitionDeleted deleted => Forget(new(deleted.Family, deleted.Revision)),
        AccountEvent.TaskDefinitionTagged tagged => Change(tagged.Family, tagged.Revision, known => known with { Tags = tagged.Tags }),
        AccountEvent.DaemonTaskDefinitionRegistered registered => this.Put(registered.Definition),
        AccountEvent.DaemonTaskDefinitionDeleted deleted => this.Delete(new TaskDefinitionKey(deleted.Family, deleted.Revision), deleted.At),
        AccountEvent.DaemonTaskDefinitionTagged tagged => this.Change(new TaskDefinitionKey(tagged.Family, tagged.Revision), known => known with { Tags = tagged.Tags }),
        AccountEvent.SettingPut put => this with { Settings = [.. Settings.Where(setting => !Same(setting, put.Setting.PrincipalArn, put.Setting.Name)), put.Setting] },
        AccountEvent.SettingDeleted deleted => this with { Settings = Settings.RemoveAll(setting => Same(setting, deleted.PrincipalArn, deleted.Name)) },
        AccountEvent.CapacityProviderCreated created => Put(created.Provider),
        AccountEvent.CapacityProviderUpdated updated => Change(updated.Name, known => known with
        {
            Settings = updated.Settings,
            HasManagedScaling = updated.HasManagedScaling,
            Update = CapacityProviderUpdate.UpdateComplete,
        }),
        AccountEvent.CapacityProviderDeleted deleted => Delete(deleted.Name),
        AccountEvent.CapacityProviderTagged tagged => Change(tagged.Name, known => known with { Tags = tagged.Tags }),
        AccountEvent.CapacityProvidersAssociated associated => Associate(associated.Cluster, associated.Names),
        _ => throw new System.Diagnostics.UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    // Deleted capacity providers that stay describable; the first by name make room.
    private const int MostDeletedProviders = 100;

    private static readonly ImmutableSortedDictionary<string, CapacityProvider> NoCapacityProviders =
        ImmutableSortedDictionary.Create<string, CapacityProvider>(StringComparer.Ordinal);

    private static bool Same(AccountSetting setting, string principal, string name) => setting.PrincipalArn == principal && setting.Name == name;

    private AccountState Put(CapacityProvider provider) => this with { CapacityProviders = CapacityProviders.SetItem(provider.Name, provider) };

    private AccountState Change(string name, Func<CapacityProvider, CapacityProvider> change) =>
        CapacityProviders.GetValueOrDefault(name) is { } known ? Put(change(known)) : this;

    private AccountState Delete(string name)
    {
        var over = CapacityProviders.Values.Where(provider => !provider.IsActive).Select(provider => provider.Name).ToList();
        return (over.Count < MostDeletedProviders ? this : this with { CapacityProviders = CapacityProviders.Remove(over[0]) })
            .Change(name, known => known with { IsActive = false, Clusters = known.Clusters.Clear(), Update = CapacityProviderUpdate.DeleteComplete });
    }

    private AccountState Associate(string cluster, ImmutableArray<string> names)
    {
        var changed = CapacityProviders;
        foreach (var provider in CapacityProviders.Values)
        {
            var uses = names.Contains(provider.Name);
            if (uses != provider.Clusters.Contains(cluster))
            {
                changed = changed.SetItem(provider.Name, provider with { Clusters = uses ? provider.Clusters.Add(cluster) : provider.Clusters.Remove(cluster) });
            }
        }

        return this with { CapacityProviders = changed };
    }

    private AccountState Change(string family, int revision, Func<RegisteredTaskDefinition, RegisteredTaskDefinition> change) =>
        Find(new(family, revision)) is { } known ? Put(change(known)) : this;

    private AccountState Put(RegisteredTaskDefinition registered)
    {
        var (name, revision) = (registered.Definition.Family, registered.Definition.Revision);
        var family = Families.GetValueOrDefault(name) ?? new TaskDefinitionFamily { Name = name, LastRevision = 0 };
        var before = family.Revisions.GetValueOrDefault(revision)?.Status;
        return this with
        {
            Families = Families.SetItem(name, family with
            {
                LastRevision = Math.Max(family.LastRevision, revision),
                Revisions = family.Revisions.SetItem(revision, registered),
            }),
            TaskDefinitions = before == registered.Status ? TaskDefinitions : TaskDefinitions.With(new(name, revision), before, registered.Status),
        };
    }

    private AccountState Forget(TaskDefinitionKey key) => Find(key) is not { } known ? this : this with
    {
        Families = Families.SetItem(key.Family, Families[key.Family] with { Revisions = Families[key.Family].Revisions.Remove(key.Revision) }),
        TaskDefinitions = TaskDefinitions.With(key, known.Status, null),
    };
}
