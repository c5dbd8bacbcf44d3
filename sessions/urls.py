"""A session has the address of its visit: the plan may not exist yet."""

from django.urls import path

from sessions.views import chart, plan, record, worklist

app_name = "sessions"
urlpatterns = [
    path("unsigned/", worklist.worklist, name="worklist"),
    path("points/", plan.points, name="points"),
    path("muscles/", plan.muscles, name="muscles"),
    path("<int:visit>/plan/", plan.plan, name="plan"),
    path("<int:visit>/plan/add/<slug:kind>/", plan.add, name="add"),
    path("<int:visit>/plan/<slug:kind>/<int:pk>/edit/", plan.edit, name="edit"),
    path("<int:visit>/plan/<slug:kind>/<int:pk>/remove/", plan.remove, name="remove"),
    path("<int:visit>/plan/<slug:kind>/<int:pk>/back/", plan.put_back, name="put_back"),
    path("<int:visit>/plan/position/", plan.set_position, name="set_position"),
    path("<int:visit>/plan/last-time/", plan.as_last_time, name="as_last_time"),
    path("<int:visit>/plan/ready/", plan.make_ready, name="make_ready"),
    path("<int:visit>/plan/draft/", plan.back_to_draft, name="back_to_draft"),
    path("<int:visit>/plan/acknowledge/", plan.acknowledge, name="acknowledge"),
    path("<int:visit>/plan/override/", plan.override, name="override"),
    path("<int:visit>/chart/", chart.chart, name="chart"),
    path("<int:visit>/chart/save/", chart.save, name="save"),
    path("<int:visit>/chart/note/", chart.note, name="note"),
    path("<int:visit>/chart/count/", chart.count, name="count"),
    path("<int:visit>/chart/start/", chart.start, name="start"),
    path("<int:visit>/chart/<slug:kind>/<int:pk>/mark/", chart.mark, name="mark"),
    path("<int:visit>/chart/all-done/", chart.mark_all_done, name="mark_all_done"),
    path("<int:visit>/chart/times/", chart.set_times, name="set_times"),
    path("<int:visit>/chart/missing/", chart.report_missing, name="report_missing"),
    path("<int:visit>/chart/incident/", chart.report, name="report"),
    path("<int:visit>/chart/incident/<int:pk>/found/", chart.found, name="found"),
    path("<int:visit>/chart/sign/", chart.sign, name="sign"),
    path("<int:visit>/record/", record.record, name="record"),
    path("<int:visit>/record.pdf", record.record_pdf, name="record_pdf"),
    path("<int:visit>/record/amend/", record.amend, name="amend"),
]
