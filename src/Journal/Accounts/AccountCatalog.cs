using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>An account's facts and state as JSON text.</summary>
public static class AccountCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<AccountState, AccountEvent> Create() => new EventCatalog<AccountState, AccountEvent>(AccountJson.Default.AccountState)
        .Add("cluster.registered", AccountJson.Default.ClusterRegistered)
        .Add("cluster.removed", AccountJson.Default.ClusterRemoved)
        .Add("taskDefinition.registered", AccountJson.Default.TaskDefinitionRegistered)
        .Add("taskDefinition.deregistered", AccountJson.Default.TaskDefinitionDeregistered)
        .Add("taskDefinition.deletionRequested", AccountJson.Default.TaskDefinitionDeletionRequested)
        .Add("taskDefinition.deleted", AccountJson.Default.TaskDefinitionDeleted)
        .Add("taskDefinition.tagged", AccountJson.Default.TaskDefinitionTagged)
        .Add("capacityProvider.created", AccountJson.Default.CapacityProviderCreated)
        .Add("capacityProvider.updated", AccountJson.Default.CapacityProviderUpdated)
        .Add("capacityProvider.deleted", AccountJson.Default.CapacityProviderDeleted)
        .Add("capacityProvider.tagged", AccountJson.Default.CapacityProviderTagged)
        .Add("capacityProviders.associated", AccountJson.Default.CapacityProvidersAssociated)
        .Add("daemonTaskDefinition.registered", AccountJson.Default.DaemonTaskDefinitionRegistered)
        .Add("daemonTaskDefinition.deleted", AccountJson.Default.DaemonTaskDefinitionDeleted)
        .Add("daemonTaskDefinition.tagged", AccountJson.Default.DaemonTaskDefinitionTagged)
        .Add("setting.put", AccountJson.Default.SettingPut)
        .Add("setting.deleted", AccountJson.Default.SettingDeleted);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AccountState))]
[JsonSerializable(typeof(AccountEvent.ClusterRegistered))]
[JsonSerializable(typeof(AccountEvent.ClusterRemoved))]
[JsonSerializable(typeof(AccountEvent.TaskDefinitionRegistered))]
[JsonSerializable(typeof(AccountEvent.TaskDefinitionDeregistered))]
[JsonSerializable(typeof(AccountEvent.TaskDefinitionDeletionRequested))]
[JsonSerializable(typeof(AccountEvent.TaskDefinitionDeleted))]
[JsonSerializable(typeof(AccountEvent.TaskDefinitionTagged))]
[JsonSerializable(typeof(AccountEvent.CapacityProviderCreated))]
[JsonSerializable(typeof(AccountEvent.CapacityProviderUpdated))]
[JsonSerializable(typeof(AccountEvent.CapacityProviderDeleted))]
[JsonSerializable(typeof(AccountEvent.CapacityProviderTagged))]
[JsonSerializable(typeof(AccountEvent.CapacityProvidersAssociated))]
[JsonSerializable(typeof(AccountEvent.DaemonTaskDefinitionRegistered))]
[JsonSerializable(typeof(AccountEvent.DaemonTaskDefinitionDeleted))]
[JsonSerializable(typeof(AccountEvent.DaemonTaskDefinitionTagged))]
[JsonSerializable(typeof(AccountEvent.SettingPut))]
[JsonSerializable(typeof(AccountEvent.SettingDeleted))]
internal sealed partial class AccountJson : JsonSerializerContext;
