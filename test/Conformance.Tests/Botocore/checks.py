"""What botocore, the library under boto3 and the aws command line, makes of the server's answers.

Arguments: the endpoint, and that of a server which admits few calls, with its key and secret. The cluster `busy` is there, with one container
instance whose agent does what it is told. Prints one line a check: its name, and what went wrong or null.
"""
import datetime
import json
import sys
import traceback

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

ENDPOINT, STRICT, STRICT_KEY, STRICT_SECRET = sys.argv[1:]
MISSING_TASK = "arn:aws:ecs:us-east-1:000000000000:task/busy/0123456789abcdef0123456789abcdef"
checks = []
departures = []


def check(function):
    checks.append(function)
    return function


def connect(endpoint, key=None, secret=None, **config):
    return botocore.session.get_session().create_client(
        "ecs", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret, config=Config(**config))


ecs = connect(ENDPOINT)
operations = ecs.meta.service_model.operation_names
is_current = "CreateDaemon" in operations    # An older one does not know everything that is answered.


# --- every answer beside the model -------------------------------------------------------------------------------

def compare(where, shape, value):
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            departures.append(f"{where} is no structure: {value!r}")
            return
        for name, member in value.items():
            if name in shape.members:
                compare(f"{where}.{name}", shape.members[name], member)
            elif is_current:
                departures.append(f"{where}.{name} is not in the model")
    elif shape.type_name == "list":
        for item in value:
            compare(f"{where}[]", shape.member, item)
    elif shape.type_name == "map":
        for item in value.values():
            compare(f"{where}{{}}", shape.value, item)
    else:
        types = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": (int, float), "double": (int, float), "float": (int, float)}[shape.type_name]
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            departures.append(f"{where} is a {shape.type_name}: {value!r}")
        elif getattr(shape, "enum", None) and is_current and value not in shape.enum:
            departures.append(f"{where} is none of {shape.enum}: {value!r}")


def examine(http_response, parsed, model, **_):
    metadata = parsed.get("ResponseMetadata", {})
    if not metadata.get("RequestId") or metadata.get("HTTPStatusCode") != http_response.status_code:
        departures.append(f"{model.name}: {metadata}")
    body = json.loads(http_response.content)
    if http_response.status_code == 200:
        if model.output_shape is not None:
            compare(model.name, model.output_shape, body)
    elif not parsed["Error"].get("Code") or not parsed["Error"].get("Message"):
        departures.append(f"{model.name}: {body}")


ecs.meta.events.register("after-call.ecs", examine)


# --- pages -------------------------------------------------------------------------------------------------------

def pages(operation, key, size=None, **parameters):
    """Every item, over pages of a size; and that pages are what they should be."""
    found, count = [], 0
    for page in ecs.get_paginator(operation).paginate(PaginationConfig={"PageSize": size} if size else {}, **parameters):
        assert not size or len(page[key]) <= size, f"{len(page[key])} on a page of {size}"
        found += page[key]
        count += 1
    if operation != "list_attributes":
        assert len(found) == len(set(found)), f"{operation} tells something twice"
    return found, count


@check
def reads_all_pages_of_clusters():
    made = {ecs.create_cluster(clusterName=f"c{at:03}")["cluster"]["clusterArn"] for at in range(120)}
    for size in (None, 7, 100):
        found, count = pages("list_clusters", "clusterArns", size)
        assert made <= set(found), size
        assert count >= (18 if size == 7 else 2), (size, count)


@check
def reads_all_pages_of_task_definitions():
    for at in range(110):
        ecs.register_task_definition(family=f"page-{at:03}", containerDefinitions=[{"name": "app", "image": "nginx", "memory": 16}])
    assert len(pages("list_task_definitions", "taskDefinitionArns", familyPrefix="page-000")[0]) == 1
    assert len([arn for arn in pages("list_task_definitions", "taskDefinitionArns", 50)[0] if "/page-" in arn]) == 110
    families, count = pages("list_task_definition_families", "families", familyPrefix="page-")
    assert families == [f"page-{at:03}" for at in range(110)] and count == 2, (len(families), count)


@check
def reads_all_pages_of_services_and_tasks():
    ecs.create_cluster(clusterName="many")
    register()
    made = {ecs.create_service(cluster="many", serviceName=f"s{at}", taskDefinition="web", desiredCount=0)["service"]["serviceArn"] for at in range(105)}
    found, count = pages("list_services", "serviceArns", 100, cluster="many")
    assert set(found) == made and count == 2
    assert len(pages("list_services", "serviceArns", cluster="many")[0]) == 105
    made = set()
    for _ in range(11):
        answer = ecs.run_task(cluster="busy", taskDefinition="web", count=10, startedBy="pages")
        assert not answer["failures"], answer["failures"]
        made |= {task["taskArn"] for task in answer["tasks"]}
    for size in (None, 30):
        found, count = pages("list_tasks", "taskArns", size, cluster="busy", startedBy="pages")
        assert set(found) == made and count == (4 if size else 2), (len(found), count)
    for task in made:
        ecs.stop_task(cluster="busy", task=task)


@check
def reads_all_pages_of_container_instances_and_attributes():
    ecs.create_cluster(clusterName="wide")
    resources = [{"name": "CPU", "type": "INTEGER", "integerValue": 64}, {"name": "MEMORY", "type": "INTEGER", "integerValue": 64},
                 {"name": "PORTS", "type": "STRINGSET", "stringSetValue": []}, {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []}]
    made = set()
    for at in range(105):
        answer = ecs.register_container_instance(cluster="wide", totalResources=resources, attributes=[{"name": "rack", "value": str(at)}])
        made.add(answer["containerInstance"]["containerInstanceArn"])
    found, count = pages("list_container_instances", "containerInstanceArns", cluster="wide")
    assert set(found) == made and count == 2
    if ecs.can_paginate("list_attributes"):
        found, count = pages("list_attributes", "attributes", 10, cluster="wide", targetType="container-instance", attributeName="rack")
        assert len(found) == 105 and len({item["targetId"] for item in found}) == 105 and count == 11, (len(found), count)


@check
def reads_all_pages_of_settings():
    if ecs.can_paginate("list_account_settings"):
        first = [item["name"] for item in ecs.list_account_settings(effectiveSettings=True)["settings"]]
        found = [item["name"] for page in ecs.get_paginator("list_account_settings").paginate(effectiveSettings=True, PaginationConfig={"PageSize": 3}) for item in page["settings"]]
        assert found[:len(first)] == first and len(found) == len(set(found)) > 9, (first, found)
    if ecs.can_paginate("list_services_by_namespace"):
        refused("NamespaceNotFoundException", lambda: pages("list_services_by_namespace", "serviceArns", namespace="none"))


# --- waiters -----------------------------------------------------------------------------------------------------

def wait(name, **parameters):
    waiter = ecs.get_waiter(name)
    waiter.config.delay, waiter.config.max_attempts = 0.05, 400
    waiter.wait(**parameters)


def wait_in_vain(name, **parameters):
    try:
        wait(name, **parameters)
    except WaiterError as error:
        assert "terminal failure state" in str(error) or "Max attempts" not in str(error), error
        return
    raise AssertionError(f"{name} has come to an end that is none: {parameters}")


def register():
    return ecs.register_task_definition(family="web", containerDefinitions=[{"name": "app", "image": "nginx", "memory": 16}])["taskDefinition"]["taskDefinitionArn"]


@check
def waits_for_tasks():
    register()
    task = ecs.run_task(cluster="busy", taskDefinition="web")["tasks"][0]["taskArn"]
    wait("tasks_running", cluster="busy", tasks=[task])
    ecs.stop_task(cluster="busy", task=task, reason="enough")
    wait("tasks_stopped", cluster="busy", tasks=[task])
    wait_in_vain("tasks_running", cluster="busy", tasks=[task])
    wait_in_vain("tasks_running", cluster="busy", tasks=[MISSING_TASK])


@check
def waits_for_services():
    register()
    ecs.create_service(cluster="busy", serviceName="waited", taskDefinition="web", desiredCount=2)
    wait("services_stable", cluster="busy", services=["waited"])
    ecs.update_service(cluster="busy", service="waited", taskDefinition=register(), desiredCount=1)
    wait("services_stable", cluster="busy", services=["waited"])
    service = ecs.describe_services(cluster="busy", services=["waited"])["services"][0]
    assert (service["runningCount"], len(service["deployments"])) == (1, 1), service
    ecs.delete_service(cluster="busy", service="waited", force=True)
    wait("services_inactive", cluster="busy", services=["waited"])
    wait_in_vain("services_stable", cluster="busy", services=["waited"])
    for name in ("services_stable", "services_inactive"):
        wait_in_vain(name, cluster="busy", services=["none"])


@check
def waits_for_daemons():
    if "daemon_active" not in ecs.waiter_names:
        return    # An older one.
    ecs.create_capacity_provider(name="managed", cluster="busy", managedInstancesProvider={
        "infrastructureRoleArn": "arn:aws:iam::000000000000:role/r",
        "instanceLaunchTemplate": {"ec2InstanceProfileArn": "arn:aws:iam::000000000000:instance-profile/p", "networkConfiguration": {"subnets": ["subnet-1"]}}})
    provider = "arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"
    definition = ecs.register_daemon_task_definition(family="watch", containerDefinitions=[{"name": "agent", "image": "watch", "memory": 16}])["daemonTaskDefinitionArn"]
    wait("daemon_task_definition_active", daemonTaskDefinition=definition)
    created = ecs.create_daemon(clusterArn="arn:aws:ecs:us-east-1:000000000000:cluster/busy", daemonName="watch", daemonTaskDefinitionArn=definition, capacityProviderArns=[provider])
    wait("daemon_active", daemonArn=created["daemonArn"])
    wait("daemon_deployment_successful", daemonDeploymentArns=[created["deploymentArn"]])
    # A deployment that bakes is stopped by the next.
    baking = ecs.update_daemon(daemonArn=created["daemonArn"], daemonTaskDefinitionArn=definition, capacityProviderArns=[provider], deploymentConfiguration={"bakeTimeInMinutes": 1})
    ecs.update_daemon(daemonArn=created["daemonArn"], daemonTaskDefinitionArn=definition, capacityProviderArns=[provider])
    wait("daemon_deployment_stopped", daemonDeploymentArns=[baking["deploymentArn"]])
    wait_in_vain("daemon_deployment_successful", daemonDeploymentArns=[baking["deploymentArn"]])
    for name in ("daemon_deployment_stopped", "daemon_deployment_successful"):
        wait_in_vain(name, daemonDeploymentArns=["arn:aws:ecs:us-east-1:000000000000:daemon-deployment/busy/watch/0"])
    wait("daemon_deployment_successful", daemonDeploymentArns=[ecs.delete_daemon(daemonArn=created["daemonArn"])["deploymentArn"]])
    wait_in_vain("daemon_active", daemonArn=created["daemonArn"])
    ecs.delete_daemon_task_definition(daemonTaskDefinition=definition)
    wait_in_vain("daemon_task_definition_active", daemonTaskDefinition=definition)
    ecs.delete_capacity_provider(capacityProvider="managed")
    unwaited = set(ecs.waiter_names) - {
        "daemon_active", "daemon_deployment_stopped", "daemon_deployment_successful", "daemon_task_definition_active", "daemon_task_definition_deleted",
        "services_inactive", "services_stable", "tasks_running", "tasks_stopped"}
    assert not unwaited, unwaited


# --- errors ------------------------------------------------------------------------------------------------------

def refused(name, call):
    if not hasattr(ecs.exceptions, name):
        return    # An older one.
    try:
        call()
    except getattr(ecs.exceptions, name) as error:
        assert error.response["Error"]["Message"], name
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
        return
    raise AssertionError(f"No {name}.")


@check
def catches_errors_by_their_class():
    definition = register()
    instance = ecs.list_container_instances(cluster="busy")["containerInstanceArns"][0]
    ecs.create_cluster(clusterName="errors")
    ecs.create_service(cluster="errors", serviceName="held", taskDefinition=definition, desiredCount=0)
    ecs.create_service(cluster="busy", serviceName="gone", taskDefinition=definition, desiredCount=0)
    ecs.create_service(cluster="busy", serviceName="sets", deploymentController={"type": "EXTERNAL"}, desiredCount=0)
    ecs.delete_service(cluster="busy", service="gone")
    refused("ClusterNotFoundException", lambda: ecs.list_tasks(cluster="none"))
    refused("ClusterContainsServicesException", lambda: ecs.delete_cluster(cluster="errors"))
    refused("ClusterContainsContainerInstancesException", lambda: ecs.delete_cluster(cluster="busy"))
    refused("ServiceNotFoundException", lambda: ecs.update_service(cluster="busy", service="none", desiredCount=1))
    refused("ServiceNotActiveException", lambda: ecs.update_service(cluster="busy", service="gone", desiredCount=1))
    refused("InvalidParameterException", lambda: ecs.run_task(cluster="errors", taskDefinition=definition))
    refused("ClientException", lambda: ecs.describe_task_definition(taskDefinition="none"))
    refused("TaskSetNotFoundException", lambda: ecs.delete_task_set(cluster="busy", service="sets", taskSet="ecs-svc/0123456789012345678"))
    refused("TargetNotFoundException", lambda: ecs.put_attributes(cluster="busy", attributes=[{"name": "a", "targetId": "0123456789abcdef0123456789abcdef"}]))
    refused("NoUpdateAvailableException", lambda: ecs.update_container_agent(cluster="busy", containerInstance=instance))
    refused("InvalidParameterException", lambda: ecs.list_clusters(nextToken="nonsense"))
    refused("InvalidParameterException", lambda: ecs.describe_services(cluster="busy", services=[str(at) for at in range(11)]))
    if "ListServicesByNamespace" in operations:
        refused("NamespaceNotFoundException", lambda: ecs.list_services_by_namespace(namespace="none"))
    if "CreateExpressGatewayService" in operations:
        refused("ResourceNotFoundException", lambda: ecs.describe_express_gateway_service(serviceArn="arn:aws:ecs:us-east-1:000000000000:service/busy/none"))
        refused("UnsupportedFeatureException", lambda: ecs.create_express_gateway_service(
            infrastructureRoleArn="arn:aws:iam::000000000000:role/i", executionRoleArn="arn:aws:iam::000000000000:role/e", primaryContainer={"image": "nginx"}, cluster="busy"))
    if "CreateDaemon" in operations:
        refused("DaemonNotFoundException", lambda: ecs.describe_daemon(daemonArn="arn:aws:ecs:us-east-1:000000000000:daemon/busy/none"))
    if "StopServiceDeployment" in operations:
        refused("ServiceDeploymentNotFoundException", lambda: ecs.stop_service_deployment(serviceDeploymentArn="arn:aws:ecs:us-east-1:000000000000:service-deployment/none/none/0123456789012345678901"))


@check
def tells_reasons_where_a_call_may_fail_in_part():
    reasons = [failure["reason"] for failure in ecs.describe_clusters(clusters=["busy", "none"])["failures"] + ecs.describe_tasks(cluster="busy", tasks=[MISSING_TASK])["failures"]
               + ecs.describe_services(cluster="busy", services=["none"])["failures"]]
    assert reasons == ["MISSING"] * 3, reasons


# --- times and retries -------------------------------------------------------------------------------------------

@check
def reads_moments():
    before = datetime.datetime.now(datetime.timezone.utc)
    definition = ecs.register_task_definition(family="moments", containerDefinitions=[{"name": "app", "image": "nginx", "memory": 16}])["taskDefinition"]
    created = ecs.create_service(cluster="busy", serviceName="moments", taskDefinition="moments", desiredCount=0)["service"]
    for moment in (definition["registeredAt"], created["createdAt"], created["deployments"][0]["createdAt"], created["deployments"][0]["updatedAt"]):
        assert abs((moment - before).total_seconds()) < 120 and moment.tzinfo is not None, moment
    if "ListServiceDeployments" in operations:
        later = before + datetime.timedelta(hours=1)
        assert ecs.list_service_deployments(cluster="busy", service="moments", createdAt={"after": before - datetime.timedelta(minutes=5), "before": later})["serviceDeployments"]
        assert not ecs.list_service_deployments(cluster="busy", service="moments", createdAt={"after": later})["serviceDeployments"]


@check
def tries_again_when_it_is_throttled():
    strict = STRICT, STRICT_KEY, STRICT_SECRET
    patient, hasty = connect(*strict, retries={"mode": "standard", "max_attempts": 10}), connect(*strict, retries={"total_max_attempts": 1})
    try:
        for at in range(200):
            hasty.create_cluster(clusterName=f"c{at}")
        raise AssertionError("Two hundred calls at once were admitted.")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ThrottlingException", error.response
    again = [patient.create_cluster(clusterName=f"d{at}")["ResponseMetadata"]["RetryAttempts"] for at in range(5)]
    assert sum(again) > 0, again


# Last, since every call before it is looked at.
@check
def finds_every_answer_as_the_model_says():
    assert not departures, sorted(set(departures))[:20]


print(json.dumps({"version": botocore.__version__, "checks": [function.__name__ for function in checks]}), flush=True)
for function in checks:
    try:
        function()
        failure = None
    except Exception:
        failure = traceback.format_exc()
    print(json.dumps({"check": function.__name__, "failure": failure}), flush=True)
